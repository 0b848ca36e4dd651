/** Who may join, under which address, and with which keys afterwards. */
import { type JoinGrant, joinAccept, joinRequestIsGenuine, parseJoinRequest, type SessionKeys, sessionKeys } from "./join.ts";

const MOST_JOIN_NONCE = 0xffffff;
/** A DevAddr of NetID type 0: seven bits of the network, 25 of the device (TS001-1.0.4 section 6.1.1, NetID types of TS002). */
const DEVICE_BITS = 25;

/** What is known of a device that may join, and moves with every join. */
export interface JoiningDevice {
  /** Its number in the store, below 2^25: its address in the network. */
  readonly number: number;
  /** AppKey and JoinEUI, 16 octets and 8. */
  readonly appKey: Uint8Array;
  readonly joinEui: Uint8Array;
  /** The last DevNonce that was taken, -1 for none. */
  readonly devNonce: number;
  /** The last JoinNonce that was given, -1 for none. */
  readonly joinNonce: number;
}

export interface Activation extends SessionKeys {
  readonly number: number;
  readonly deviceAddress: number;
  readonly devNonce: number;
  readonly joinNonce: number;
}

export type Joined = { readonly accept: Uint8Array; readonly activation: Activation } | { readonly rejected: string };

export interface JoinServerOptions {
  /** 24 bits, of type 0; 0 and 1 are for anyone's experiments. */
  readonly netId: number;
  readonly device: (deviceEui: Uint8Array) => JoiningDevice | undefined;
  /** Stores the activation, before the accept is handed out: no DevNonce and no JoinNonce serves twice. May throw. */
  readonly keep: (activation: Activation) => void;
  readonly settings: Pick<JoinGrant, "rx1Offset" | "rx2DataRate" | "rxDelayS" | "channelMasks">;
}

/** Answers join requests. A copy of a request that was taken is refused, as is any older one: DevNonce counts (section 6.2.5). */
export function joinServer({ netId, device, keep, settings }: JoinServerOptions): (frame: Uint8Array) => Joined {
  return (frame) => {
    const request = parseJoinRequest(frame);
    if (request === undefined) return { rejected: "the frame is no join request" };
    const known = device(request.deviceEui);
    if (known === undefined) return { rejected: "the join request comes from a device that is not enrolled" };
    const { number, appKey, joinEui } = known;
    if (Buffer.compare(request.joinEui, joinEui) !== 0) return { rejected: "the join request is for another join server" };
    if (!joinRequestIsGenuine(frame, appKey)) return { rejected: "the join request fails its integrity code (MIC)" };
    const { devNonce } = request;
    if (devNonce <= known.devNonce) return { rejected: `the join request's DevNonce ${devNonce} was used before` };
    if (known.joinNonce >= MOST_JOIN_NONCE) return { rejected: "the device has used up its join nonces" };
    const joinNonce = known.joinNonce + 1;
    const deviceAddress = ((netId & 0x7f) << DEVICE_BITS) | number;
    const keys = sessionKeys(appKey, joinNonce, netId, devNonce);
    const activation = { number, deviceAddress, devNonce, joinNonce, ...keys };
    keep(activation);
    return { activation, accept: joinAccept({ joinNonce, netId, deviceAddress, ...settings }, appKey) };
  };
}
