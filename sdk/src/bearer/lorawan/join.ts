/**
 * Over-the-air activation (TS001-1.0.4 section 6.2): join request up, join accept down, session keys.
 *
 *   request  MHDR 00 | JoinEUI (8) | DevEUI (8) | DevNonce (2) | MIC (4)
 *   accept   MHDR 20 | JoinNonce (3) | NetID (3) | DevAddr (4) | DLSettings (1) | RxDelay (1) | CFList (0, 16) | MIC (4)
 *
 * Little-endian. The server makes an accept by decryption, so that a device needs no more than encryption to read it.
 */
import type { BlockCipher } from "../../crypto/block.ts";
import { cmac } from "../../crypto/cmac.ts";
import { copyBytes, fillBytes, sameBytes } from "../../lang/bytes.ts";
import { allocBytes, type Bytes } from "../../lang/intrinsics.ts";
import { CORRUPT, FORGED, OK, type Result } from "../../lang/result.ts";
import { putLittle } from "./frame.ts";

export const JOIN_REQUEST_BYTES = 23;
/** Octets of a join accept without and with a list of channels. */
export const JOIN_ACCEPT_BYTES = 17;
export const LONG_JOIN_ACCEPT_BYTES = 33;
export const CF_LIST_BYTES = 16;
export const EUI_BYTES = 8;

const JOIN_ACCEPT_HEADER = 0x20;
const CF_LIST_AT = 13;
const MIC_BYTES = 4;
const BLOCK_BYTES = 16;
const NETWORK_KEY = 1;
const APPLICATION_KEY = 2;

export interface JoinAccept {
  /** 24 bits. */
  joinNonce: number;
  netId: number;
  /** As int32. */
  deviceAddress: number;
  downlinkSettings: number;
  /** Seconds, 1..15. */
  rxDelay: number;
  hasChannels: boolean;
  readonly channels: Bytes;
}

export function newJoinAccept(): JoinAccept {
  return {
    joinNonce: 0,
    netId: 0,
    deviceAddress: 0,
    downlinkSettings: 0,
    rxDelay: 1,
    hasChannels: false,
    channels: allocBytes(CF_LIST_BYTES),
  };
}

/** Three octets, least significant first. */
export function getLittle24(from: Bytes, at: number): number {
  return from[at] | (from[at + 1] << 8) | (from[at + 2] << 16);
}

export interface JoinCodec {
  /** Writes the request with that DevNonce (16 bits); answers its length. */
  readonly request: (devNonce: number, into: Bytes) => number;
  /** Decrypts and checks an accept in place, then reads it. `CORRUPT` for what is none, `FORGED` when the code does not match. */
  readonly open: (bytes: Bytes, length: number, accept: JoinAccept) => Result;
  /** Keys of the session: 16 octets each. */
  readonly deriveKeys: (accept: JoinAccept, devNonce: number, network: Bytes, application: Bytes) => void;
}

/** Under the AppKey `root`; JoinEUI and DevEUI most significant octet first, as printed on devices. */
export function joinCodec(root: BlockCipher, joinEui: Bytes, deviceEui: Bytes): JoinCodec {
  const code = cmac(root);
  const block = allocBytes(BLOCK_BYTES);

  function derive(kind: number, accept: JoinAccept, devNonce: number, key: Bytes): void {
    fillBytes(key, 0, BLOCK_BYTES, 0);
    key[0] = kind & 255;
    putLittle(key, 1, accept.joinNonce);
    putLittle(key, 4, accept.netId);
    key[7] = devNonce & 255;
    key[8] = (devNonce >> 8) & 255;
    root(key);
  }

  return {
    request: (devNonce, into) => {
      into[0] = 0;
      for (let i = 0; i < EUI_BYTES; i++) {
        into[1 + i] = joinEui[7 - i];
        into[9 + i] = deviceEui[7 - i];
      }
      into[17] = devNonce & 255;
      into[18] = (devNonce >> 8) & 255;
      code(into, JOIN_REQUEST_BYTES - MIC_BYTES, block);
      copyBytes(block, 0, into, JOIN_REQUEST_BYTES - MIC_BYTES, MIC_BYTES);
      return JOIN_REQUEST_BYTES;
    },
    open: (bytes, length, accept) => {
      if ((length !== JOIN_ACCEPT_BYTES && length !== LONG_JOIN_ACCEPT_BYTES) || bytes[0] !== JOIN_ACCEPT_HEADER)
        return CORRUPT;
      for (let at = 1; at < length; at += BLOCK_BYTES) {
        copyBytes(bytes, at, block, 0, BLOCK_BYTES);
        root(block);
        copyBytes(block, 0, bytes, at, BLOCK_BYTES);
      }
      const end = length - MIC_BYTES;
      code(bytes, end, block);
      if (!sameBytes(block, 0, bytes, end, MIC_BYTES)) return FORGED;
      accept.joinNonce = getLittle24(bytes, 1);
      accept.netId = getLittle24(bytes, 4);
      accept.deviceAddress = getLittle24(bytes, 7) | (bytes[10] << 24);
      accept.downlinkSettings = bytes[11];
      const delay = bytes[12] & 15;
      accept.rxDelay = delay === 0 ? 1 : delay;
      accept.hasChannels = length === LONG_JOIN_ACCEPT_BYTES;
      if (accept.hasChannels) copyBytes(bytes, CF_LIST_AT, accept.channels, 0, CF_LIST_BYTES);
      return OK;
    },
    deriveKeys: (accept, devNonce, network, application) => {
      derive(NETWORK_KEY, accept, devNonce, network);
      derive(APPLICATION_KEY, accept, devNonce, application);
    },
  };
}
