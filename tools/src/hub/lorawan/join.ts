/**
 * The join procedure of LoRaWAN 1.0.4 from the network's side (TS001-1.0.4 section 6.2). Little-endian on the air.
 *
 *   join request  MHDR 00 | JoinEUI (8) | DevEUI (8) | DevNonce (2) | MIC (4)
 *   join accept   MHDR 20 | JoinNonce (3) | NetID (3) | DevAddr (4) | DLSettings (1) | RxDelay (1) | CFList (0, 16) | MIC (4)
 *
 * The accept is "decrypted" when it is built, so that a device needs AES in one direction only.
 */
import { createDecipheriv } from "node:crypto";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { cmac } from "@songbai/sdk/crypto/cmac";

const JOIN_REQUEST = 0x00;
const JOIN_ACCEPT = 0x20;
const REQUEST_BYTES = 23;
const MIC_BYTES = 4;
/** CFList type 1: channel masks (RP001 of CN470). */
const MASKS = 1;

export interface JoinRequest {
  /** EUI-64, 8 octets as they are printed. */
  readonly joinEui: Uint8Array;
  readonly deviceEui: Uint8Array;
  /** 16 bits. */
  readonly devNonce: number;
}

export interface JoinGrant {
  /** 24 bits each. */
  readonly joinNonce: number;
  readonly netId: number;
  /** int32. */
  readonly deviceAddress: number;
  /** Data rates that RX1 is slower than the uplink. */
  readonly rx1Offset: number;
  readonly rx2DataRate: number;
  /** RECEIVE_DELAY1, seconds, 1 to 15. */
  readonly rxDelayS: number;
  /** A bit for each channel that the device shall use, 16 channels in each number, 7 numbers at most. */
  readonly channelMasks?: readonly number[];
}

export interface SessionKeys {
  /** NwkSKey and AppSKey, 16 octets each. */
  readonly networkKey: Uint8Array;
  readonly applicationKey: Uint8Array;
}

function codeOf(octets: Uint8Array, key: Uint8Array): Buffer {
  const code = new Uint8Array(16);
  cmac(aes128(key))(octets, octets.length, code);
  return Buffer.from(code.subarray(0, MIC_BYTES));
}

/** The fields of a join request, unchecked; `undefined` when the frame is none. */
export function parseJoinRequest(frame: Uint8Array): JoinRequest | undefined {
  if (frame.length !== REQUEST_BYTES || frame[0] !== JOIN_REQUEST) return undefined;
  return {
    joinEui: frame.slice(1, 9).reverse(),
    deviceEui: frame.slice(9, 17).reverse(),
    devNonce: frame[17] | (frame[18] << 8),
  };
}

export function joinRequestIsGenuine(frame: Uint8Array, appKey: Uint8Array): boolean {
  const end = frame.length - MIC_BYTES;
  return codeOf(frame.subarray(0, end), appKey).equals(frame.subarray(end));
}

/** 17 octets, 33 with channel masks. */
export function joinAccept(grant: JoinGrant, appKey: Uint8Array): Uint8Array {
  const { joinNonce, netId, deviceAddress, rx1Offset, rx2DataRate, rxDelayS, channelMasks } = grant;
  const clear = Buffer.alloc(channelMasks === undefined ? 17 : 33);
  const end = clear.length - MIC_BYTES;
  clear[0] = JOIN_ACCEPT;
  clear.writeUIntLE(joinNonce, 1, 3);
  clear.writeUIntLE(netId, 4, 3);
  clear.writeInt32LE(deviceAddress, 7);
  clear[11] = (rx1Offset << 4) | rx2DataRate;
  clear[12] = rxDelayS;
  channelMasks?.forEach((mask, index) => {
    clear.writeUInt16LE(mask, 13 + 2 * index);
  });
  if (channelMasks !== undefined) clear[28] = MASKS;
  codeOf(clear.subarray(0, end), appKey).copy(clear, end);
  const cipher = createDecipheriv("aes-128-ecb", appKey, null).setAutoPadding(false);
  return new Uint8Array(Buffer.concat([clear.subarray(0, 1), cipher.update(clear.subarray(1)), cipher.final()]));
}

/** Section 6.2.6: AES under the AppKey of 01 or 02, JoinNonce, NetID, DevNonce and zeros. */
export function sessionKeys(appKey: Uint8Array, joinNonce: number, netId: number, devNonce: number): SessionKeys {
  const encrypt = aes128(appKey);
  function derived(first: number): Uint8Array {
    const block = Buffer.alloc(16);
    block[0] = first;
    block.writeUIntLE(joinNonce, 1, 3);
    block.writeUIntLE(netId, 4, 3);
    block.writeUInt16LE(devNonce, 7);
    const key = new Uint8Array(block);
    encrypt(key);
    return key;
  }
  return { networkKey: derived(1), applicationKey: derived(2) };
}
