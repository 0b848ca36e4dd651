/** How a device comes to its session: by personalisation (ABP) or over the air (OTAA). The MAC knows the interface; a program imports one. */
import type { BlockCipher } from "../../crypto/block.ts";
import { fillBytes } from "../../lang/bytes.ts";
import { allocBytes, type Bytes } from "../../lang/intrinsics.ts";
import { FULL, MISSING, OK, REPLAYED, type Result } from "../../lang/result.ts";
import type { Counters } from "../../store/counters.ts";
import type { Epochs } from "../../store/epochs.ts";
import { type FrameCodec, frameCodec, putLittle } from "./frame.ts";
import { CF_LIST_BYTES, type JoinAccept, type JoinCodec, joinCodec, newJoinAccept } from "./join.ts";

// Ids of the counters. FCntUp is counted, all others are stored.
const COUNTER_UP = 1;
const COUNTER_DOWN = 4;
const DEV_NONCE = 6;
const JOIN_NONCE = 7;
const ADDRESS = 9;
/** NetID (24 bits) | join channel (7). */
const NETWORK = 10;
/** The counter's value that is FCntUp 0 of the session. */
const FIRST_UP = 11;
/** DevNonce (16 bits) | DLSettings (7) | whether there was a CFList (1) | RxDelay (4), which is not 0; 0: no session to go on with. */
const SESSION = 12;
/** The CFList, in four words. */
const CHANNELS = 13;
const LISTED = 0x800000;

const MOST_DEV_NONCE = 0xffff;
/** What an epoch of the ledger has to give away: 384 of them, the ledger of a sector of 4 kB, are fewer than 2^16. */
const NONCES_AN_EPOCH = 128;
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
  /**
   * Takes a join accept, decrypting it in place; `FORGED`, `CORRUPT`, `REPLAYED` change nothing. `joinChannel`: of the request, as RX2
   * may follow from it.
   */
  readonly accept: (bytes: Bytes, length: number, joinChannel: number) => Result;
  /** What the accept of the session said, once: `undefined` when it was asked before. */
  readonly settings: () => JoinAccept | undefined;
  /** The channel that the session was joined on. */
  readonly joinChannel: () => number;
  /** The network has moved the windows: after a restart, which forgets that, the session would be deaf, so it is not gone on with. */
  readonly moved: () => void;
}

/** FCntUp from `firstUp` of the counter on, reserved ahead on flash; FCntDown, stored whenever it moves. */
function sessionOf(deviceAddress: number, codec: FrameCodec, counters: Counters, firstUp: number): Session {
  let last = counters.get(COUNTER_DOWN) - 1;
  return {
    deviceAddress,
    codec,
    nextUp: () => {
      const value = counters.next(COUNTER_UP);
      return value < 0 ? value : value - firstUp;
    },
    lastDown: () => last,
    heard: (counter) => {
      const result = counters.put(COUNTER_DOWN, counter + 1);
      if (result === OK) last = counter;
      return result;
    },
  };
}

/** A session that the device was given. */
export function abp(deviceAddress: number, codec: FrameCodec, counters: Counters): Activation {
  const session = sessionOf(deviceAddress, codec, counters, 0);
  return {
    isGiven: true,
    session: () => session,
    request: () => MISSING,
    accept: () => MISSING,
    settings: () => undefined,
    joinChannel: () => 0,
    moved: () => {},
  };
}

export interface RootIdentity {
  /** Most significant octet first. */
  readonly joinEui: Bytes;
  readonly deviceEui: Bytes;
  /** The AppKey, made when it is used: for a join and for the keys of a session. */
  readonly appKey: () => BlockCipher | undefined;
  /** AES-128 under a session key, which is wiped afterwards. */
  readonly cipherOf: (key: Bytes) => BlockCipher;
}

/**
 * A session by joining. It goes on after a restart, so that an alarm then need not wait for a join: stored is what the keys were
 * derived from, not the keys.
 *
 * DevNonce and JoinNonce only rise. They are lost with the counters, the epoch ledger is not: each of its epochs has 128 DevNonces of
 * its own, and when those are used up the next epoch begins. So no DevNonce comes twice whatever is lost, and a device that has
 * lost its counters joins again with one that the network has not seen. `FULL` after 2^16: the device needs another AppKey then.
 */
export function otaa(identity: RootIdentity, counters: Counters, epochs: Epochs, firstEpoch: number): Activation {
  /** What the accept said, until the session is under way. */
  let read: JoinAccept | undefined;
  let session: Session | undefined;
  /** Of the request that waits for its accept; negative without one. */
  let devNonce = MISSING;
  let channel = 0;

  /** Made for each use, as it takes a kilobyte of a Lua heap. */
  function codec(): JoinCodec | undefined {
    const key = identity.appKey();
    return key === undefined ? undefined : joinCodec(key, identity.joinEui, identity.deviceEui);
  }

  function cipherOf(key: Bytes): BlockCipher {
    const cipher = identity.cipherOf(key);
    fillBytes(key, 0, KEY_BYTES, 0);
    return cipher;
  }

  /** Begins the session that follows from an accept and the nonce of its request. */
  function begin(by: JoinCodec, accept: JoinAccept, nonce: number): void {
    // A heap need not have room for the ciphers of two sessions.
    session = undefined;
    const network = allocBytes(KEY_BYTES);
    const application = allocBytes(KEY_BYTES);
    by.deriveKeys(accept, nonce, network, application);
    const frames = frameCodec(cipherOf(network), cipherOf(application));
    session = sessionOf(accept.deviceAddress, frames, counters, counters.get(FIRST_UP));
    read = accept;
  }

  function store(id: number, value: number): Result {
    return counters.get(id) === value ? OK : counters.put(id, value);
  }

  /** Stores what the session is derived from, that it is there last of all: a torn join is joined again. */
  function keep(accept: JoinAccept, nonce: number): void {
    let stored = store(ADDRESS, accept.deviceAddress);
    if (stored === OK) stored = store(NETWORK, accept.netId | (channel << 24));
    for (let at = 0; at < CF_LIST_BYTES && accept.hasChannels && stored === OK; at += 4)
      stored = store(CHANNELS + (at >> 2), getLittle(accept.channels, at));
    const word = nonce | ((accept.downlinkSettings & 127) << 16) | (accept.hasChannels ? LISTED : 0) | (accept.rxDelay << 24);
    if (stored === OK) store(SESSION, word);
  }

  function restore(): void {
    const word = counters.get(SESSION);
    const by = word === 0 ? undefined : codec();
    if (by === undefined) return;
    const accept = newJoinAccept();
    const network = counters.get(NETWORK);
    accept.joinNonce = counters.get(JOIN_NONCE) - 1;
    accept.netId = network & 0xffffff;
    accept.deviceAddress = counters.get(ADDRESS);
    accept.downlinkSettings = (word >> 16) & 127;
    accept.hasChannels = (word & LISTED) !== 0;
    accept.rxDelay = word >> 24;
    for (let at = 0; at < CF_LIST_BYTES && accept.hasChannels; at += 4)
      putLittle(accept.channels, at, counters.get(CHANNELS + (at >> 2)));
    channel = network >> 24;
    begin(by, accept, word & MOST_DEV_NONCE);
  }

  /** The first DevNonce of the epoch in force. */
  function base(): number {
    return (epochs.current() - firstEpoch) * NONCES_AN_EPOCH;
  }

  /** The next DevNonce, on flash; negative without one. */
  function nextNonce(): number {
    const stored = counters.get(DEV_NONCE);
    // A ledger that is full or does not write leaves the counters alone to answer for it.
    if (stored >= base() + NONCES_AN_EPOCH) epochs.advance();
    const next = stored < base() ? base() : stored;
    if (next > MOST_DEV_NONCE) return FULL;
    const result = counters.put(DEV_NONCE, next + 1);
    return result === OK ? next : result;
  }

  restore();
  return {
    isGiven: false,
    session: () => session,
    request: (into) => {
      devNonce = nextNonce();
      const by = devNonce < 0 ? undefined : codec();
      if (by === undefined) return devNonce < 0 ? devNonce : MISSING;
      return by.request(devNonce, into);
    },
    accept: (bytes, length, joinChannel) => {
      const by = devNonce < 0 ? undefined : codec();
      if (by === undefined) return MISSING;
      const accept = newJoinAccept();
      const result = by.open(bytes, length, accept);
      if (result !== OK) return result;
      // Stored is the nonce and one, as 0 stands for none.
      if (accept.joinNonce < counters.get(JOIN_NONCE)) return REPLAYED;
      const first = counters.next(COUNTER_UP);
      if (first < 0) return first;
      let stored = store(SESSION, 0);
      if (stored === OK) stored = store(JOIN_NONCE, accept.joinNonce + 1);
      if (stored === OK) stored = store(FIRST_UP, first + 1);
      if (stored === OK) stored = store(COUNTER_DOWN, 0);
      if (stored !== OK) return stored;
      channel = joinChannel;
      begin(by, accept, devNonce);
      keep(accept, devNonce);
      devNonce = MISSING;
      return OK;
    },
    settings: () => {
      const said = read;
      read = undefined;
      return said;
    },
    joinChannel: () => channel,
    moved: () => {
      store(SESSION, 0);
    },
  };
}

/** Four octets, least significant first. */
function getLittle(from: Bytes, at: number): number {
  return from[at] | (from[at + 1] << 8) | (from[at + 2] << 16) | (from[at + 3] << 24);
}
