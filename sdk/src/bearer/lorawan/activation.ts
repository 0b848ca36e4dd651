/** How a device comes to its session: by personalisation (ABP) or over the air (OTAA). The MAC knows the interface; a program imports one. */
import type { BlockCipher } from "../../crypto/block.ts";
import { allocBytes, type Bytes } from "../../lang/intrinsics.ts";
import { FULL, MISSING, OK, REPLAYED, type Result } from "../../lang/result.ts";
import type { Counters } from "../../store/counters.ts";
import { type FrameCodec, frameCodec } from "./frame.ts";
import { type JoinAccept, joinCodec, newJoinAccept } from "./join.ts";

const COUNTER_UP = 1;
const COUNTER_DOWN = 4;
/** An OTAA device stores no frame counters, so DevNonce has the place of the counter down. */
const DEV_NONCE = COUNTER_DOWN;
const JOIN_NONCE = 7;
const MOST_DEV_NONCE = 0xffff;
const KEY_BYTES = 16;

/** An activated session: its keys and its frame counters. */
export interface Session {
  /** DevAddr as int32. */
  readonly deviceAddress: number;
  readonly codec: FrameCodec;
  /** The next FCntUp; negative when flash refuses. */
  readonly nextUp: () => number;
  /** FCntDown heard last; -1: none yet. */
  readonly lastDown: () => number;
  /** A downlink of that counter was checked. What flash refuses to store is not taken. */
  readonly heard: (counter: number) => Result;
}

export interface Activation {
  /** Given (ABP), not to be joined. */
  readonly isGiven: boolean;
  /** `undefined` until there is one. */
  readonly session: () => Session | undefined;
  /** Writes the next join request and answers its length; negative when there is none to send. Its DevNonce is on flash by then. */
  readonly request: (into: Bytes) => number;
  /** Takes a join accept, decrypting it in place; `FORGED`, `CORRUPT`, `REPLAYED` change nothing. */
  readonly accept: (bytes: Bytes, length: number) => Result;
  /** What the last accept said. */
  readonly settings: () => JoinAccept | undefined;
}

/** A session that the device was given. Counters up are reserved ahead on flash, the counter down is stored whenever it moves. */
export function abp(deviceAddress: number, codec: FrameCodec, counters: Counters): Activation {
  let last = counters.get(COUNTER_DOWN) - 1;
  const session: Session = {
    deviceAddress,
    codec,
    nextUp: () => counters.next(COUNTER_UP),
    lastDown: () => last,
    heard: (counter) => {
      const result = counters.put(COUNTER_DOWN, counter + 1);
      if (result === OK) last = counter;
      return result;
    },
  };
  return { isGiven: true, session: () => session, request: () => MISSING, accept: () => MISSING, settings: () => undefined };
}

export interface RootIdentity {
  /** Most significant octet first. */
  readonly joinEui: Bytes;
  readonly deviceEui: Bytes;
  readonly appKey: BlockCipher;
}

/**
 * A session by joining. It ends with power: the device joins again after a restart, under new keys, and its counters begin at 0.
 * DevNonce and JoinNonce are on flash and only rise. `FULL` after 65536 requests: the device needs another AppKey then.
 */
export function otaa(identity: RootIdentity, cipherOf: (key: Bytes) => BlockCipher, counters: Counters): Activation {
  const codec = joinCodec(identity.appKey, identity.joinEui, identity.deviceEui);
  const read = newJoinAccept();
  const network = allocBytes(KEY_BYTES);
  const application = allocBytes(KEY_BYTES);
  let session: Session | undefined;
  let devNonce = 0;

  function begin(): Session {
    codec.deriveKeys(read, devNonce, network, application);
    let up = 0;
    let last = -1;
    return {
      deviceAddress: read.deviceAddress,
      codec: frameCodec(cipherOf(network), cipherOf(application)),
      nextUp: () => {
        up += 1;
        return up - 1;
      },
      lastDown: () => last,
      heard: (counter) => {
        last = counter;
        return OK;
      },
    };
  }

  return {
    isGiven: false,
    session: () => session,
    request: (into) => {
      const next = counters.get(DEV_NONCE);
      if (next > MOST_DEV_NONCE) return FULL;
      const result = counters.put(DEV_NONCE, next + 1);
      if (result !== OK) return result;
      devNonce = next;
      return codec.request(devNonce, into);
    },
    accept: (bytes, length) => {
      const result = codec.open(bytes, length, read);
      if (result !== OK) return result;
      // Stored is the nonce and one, as 0 stands for none.
      if (read.joinNonce < counters.get(JOIN_NONCE)) return REPLAYED;
      const stored = counters.put(JOIN_NONCE, read.joinNonce + 1);
      if (stored !== OK) return stored;
      session = begin();
      return OK;
    },
    settings: () => (session === undefined ? undefined : read),
  };
}
