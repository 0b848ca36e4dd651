/**
 * The Semtech UDP protocol between a gateway and a network server: datagrams to values and back.
 * Source: Lora-net/packet_forwarder, PROTOCOL.TXT v1.4 (protocol version 2), sections 3 to 6.
 *
 *   version 2 (1) | token (2) | kind (1) | gateway EUI (8; PUSH_DATA, PULL_DATA, TX_ACK) | JSON object
 *
 * Nothing in it is authenticated: a reader believes the shape and no more, and leaves the rest to the codes of the frames.
 */
import type { LoraChannel } from "@songbai/sdk/board/lora";

/** The port that both ends use by habit. */
export const SEMTECH_PORT = 1700;

const VERSION = 2;
const HEADER_BYTES = 4;
const EUI_BYTES = 8;
const KINDS = ["push-data", "push-ack", "pull-data", "pull-resp", "pull-ack", "tx-ack"] as const;
/** A LoRa frame carries 255 octets at most; a concentrator hands over 16 at a time, each in less than 512 characters. */
const MAX_FRAME = 255;
const MAX_RXPK = 64;
const MAX_JSON = 32_768;

/** What a gateway heard. */
export interface Heard {
  /** Microseconds of the gateway's counter at the end of the frame, 32 bits. */
  readonly tmst: number;
  readonly channel: LoraChannel;
  /** The concentrator's IF channel and RF chain. */
  readonly chan: number;
  readonly rfch: number;
  readonly rssiDbm: number;
  readonly snrDb: number;
  readonly frame: Uint8Array;
}

/** What a gateway shall send. */
export interface Send {
  /** The gateway's counter when the first symbol shall leave, 32 bits; `undefined`: at once. */
  readonly tmst?: number;
  readonly channel: LoraChannel;
  readonly rfch: number;
  readonly powerDbm: number;
  /** Inverted IQ, as downlinks have it. */
  readonly inverted: boolean;
  readonly crc: boolean;
  readonly frame: Uint8Array;
}

/** A gateway's account of itself (section 4). */
export interface Status {
  /** Such as "2014-01-12 08:59:28 GMT". */
  readonly time: string;
  /** Frames heard, heard with a good CRC, forwarded. */
  readonly rxnb: number;
  readonly rxok: number;
  readonly rxfw: number;
  /** Acknowledged share of datagrams up, percent. */
  readonly ackr: number;
  /** Datagrams down, frames sent. */
  readonly dwnb: number;
  readonly txnb: number;
}

export const TX_ERRORS = [
  "NONE",
  "TOO_LATE",
  "TOO_EARLY",
  "COLLISION_PACKET",
  "COLLISION_BEACON",
  "TX_FREQ",
  "TX_POWER",
  "GPS_UNLOCKED",
] as const;
export type TxError = (typeof TX_ERRORS)[number];

/** `token`: 0..65535. `gateway`: EUI-64, 16 hexadecimal digits in lower case. */
export type Datagram =
  | {
      readonly kind: "push-data";
      readonly token: number;
      readonly gateway: string;
      readonly heard: readonly Heard[];
      readonly status?: Status;
    }
  | { readonly kind: "push-ack" | "pull-ack"; readonly token: number }
  | { readonly kind: "pull-data"; readonly token: number; readonly gateway: string }
  | { readonly kind: "pull-resp"; readonly token: number; readonly send: Send }
  | { readonly kind: "tx-ack"; readonly token: number; readonly gateway: string; readonly error: TxError };

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value: unknown, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
const isBetween = (value: unknown, least: number, most: number): value is number =>
  typeof value === "number" && value >= least && value <= most;

/** Base64 with its padding or without, in either alphabet: the examples of PROTOCOL.TXT mix them. */
function octetsOf(data: unknown, size: unknown): Uint8Array | undefined {
  if (typeof data !== "string" || !isCount(size, MAX_FRAME) || size === 0) return undefined;
  const digits = data.replace(/={1,2}$/, "");
  if (!/^[A-Za-z0-9+/_-]+$/.test(digits) || digits.length !== Math.ceil((size * 4) / 3)) return undefined;
  return new Uint8Array(Buffer.from(digits, "base64"));
}

/** LoRa, the one modulation of our bands. */
function channelOf({ modu, datr, freq }: Json): LoraChannel | undefined {
  const rate = typeof datr === "string" ? /^SF(7|8|9|10|11|12)BW(125|250|500)$/.exec(datr) : null;
  if (modu !== "LORA" || rate === null || !isBetween(freq, 1, 4000)) return undefined;
  const channel = { frequencyHz: Math.round(freq * 1e6), spreadingFactor: Number(rate[1]) };
  return rate[2] === "125" ? channel : { ...channel, bandwidthKhz: Number(rate[2]) };
}

const rateOf = ({ spreadingFactor, bandwidthKhz = 125 }: LoraChannel) => `SF${spreadingFactor}BW${bandwidthKhz}`;
const base64 = (frame: Uint8Array) => Buffer.from(frame).toString("base64");

/** `undefined`: no shape of an rxpk at all. `"other"`: of another modulation, or with a bad CRC. */
function heardOf(value: unknown): Heard | "other" | undefined {
  if (!isObject(value) || !isCount(value.tmst, 0xffffffff)) return undefined;
  const frame = octetsOf(value.data, value.size);
  if (frame === undefined || typeof value.modu !== "string") return undefined;
  if (!isBetween(value.rssi, -200, 50)) return undefined;
  const channel = channelOf(value);
  if (channel === undefined || (value.stat !== undefined && value.stat !== 1)) return "other";
  if (!isBetween(value.lsnr, -100, 100)) return undefined;
  const { tmst, rssi, lsnr, chan = 0, rfch = 0 } = value;
  if (!isCount(chan, 255) || !isCount(rfch, 255)) return undefined;
  return { tmst, channel, chan, rfch, rssiDbm: rssi, snrDb: lsnr, frame };
}

function rxpkOf({ tmst, channel, chan, rfch, rssiDbm, snrDb, frame }: Heard): Json {
  return {
    tmst,
    freq: channel.frequencyHz / 1e6,
    chan,
    rfch,
    stat: 1,
    modu: "LORA",
    datr: rateOf(channel),
    codr: "4/5",
    rssi: Math.round(rssiDbm),
    lsnr: Math.round(snrDb * 10) / 10,
    size: frame.length,
    data: base64(frame),
  };
}

function statusOf(value: unknown): Status | undefined {
  if (!isObject(value) || typeof value.time !== "string" || value.time.length > 40) return undefined;
  const { time, rxnb, rxok, rxfw, ackr, dwnb, txnb } = value;
  const most = Number.MAX_SAFE_INTEGER;
  if (!isCount(rxnb, most) || !isCount(rxok, most) || !isCount(rxfw, most)) return undefined;
  if (!isBetween(ackr, 0, 100) || !isCount(dwnb, most) || !isCount(txnb, most)) return undefined;
  return { time, rxnb, rxok, rxfw, ackr, dwnb, txnb };
}

function sendOf(value: unknown): Send | undefined {
  if (!isObject(value)) return undefined;
  const { imme, tmst, rfch = 0, powe = 14, ipol = false, ncrc = false } = value;
  const channel = channelOf(value);
  const frame = octetsOf(value.data, value.size);
  if (channel === undefined || frame === undefined || !isCount(rfch, 255) || !isBetween(powe, -50, 50)) return undefined;
  if (typeof ipol !== "boolean" || typeof ncrc !== "boolean") return undefined;
  const rest = { channel, rfch, powerDbm: powe, inverted: ipol, crc: !ncrc, frame };
  if (imme === true) return rest;
  return isCount(tmst, 0xffffffff) ? { tmst, ...rest } : undefined;
}

function txpkOf({ tmst, channel, rfch, powerDbm, inverted, crc, frame }: Send): Json {
  return {
    ...(tmst === undefined ? { imme: true } : { imme: false, tmst }),
    freq: channel.frequencyHz / 1e6,
    rfch,
    powe: powerDbm,
    modu: "LORA",
    datr: rateOf(channel),
    codr: "4/5",
    ipol: inverted,
    size: frame.length,
    data: base64(frame),
    ...(crc ? {} : { ncrc: true }),
  };
}

function bodyOf(datagram: Datagram): Json | undefined {
  switch (datagram.kind) {
    case "push-data":
      return {
        ...(datagram.heard.length === 0 ? {} : { rxpk: datagram.heard.map(rxpkOf) }),
        ...(datagram.status === undefined ? {} : { stat: datagram.status }),
      };
    case "pull-resp":
      return { txpk: txpkOf(datagram.send) };
    case "tx-ack":
      return { txpk_ack: { error: datagram.error } };
    default:
      return undefined;
  }
}

export function encodeDatagram(datagram: Datagram): Uint8Array {
  const { kind, token } = datagram;
  const header = Buffer.from([VERSION, token >> 8, token & 255, KINDS.indexOf(kind)]);
  const gateway = "gateway" in datagram ? datagram.gateway : "";
  const body = bodyOf(datagram);
  const json = body === undefined ? "" : JSON.stringify(body);
  return new Uint8Array(Buffer.concat([header, Buffer.from(gateway, "hex"), Buffer.from(json)]));
}

function jsonOf(octets: Buffer): Json | undefined {
  if (octets.length > MAX_JSON) return undefined;
  try {
    const value: unknown = JSON.parse(octets.toString("utf8"));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function pushOf(token: number, gateway: string, json: Json | undefined): Datagram | undefined {
  if (json === undefined) return undefined;
  const { rxpk, stat } = json;
  if (rxpk === undefined && stat === undefined) return undefined;
  if (rxpk !== undefined && (!Array.isArray(rxpk) || rxpk.length > MAX_RXPK)) return undefined;
  const read = ((rxpk ?? []) as unknown[]).map(heardOf);
  const heard = read.filter((one): one is Heard => isObject(one));
  if (read.includes(undefined)) return undefined;
  const status = statusOf(stat);
  if (stat !== undefined && status === undefined) return undefined;
  return { kind: "push-data", token, gateway, heard, ...(status === undefined ? {} : { status }) };
}

/** An empty TX_ACK stands for success (section 5.5). */
function txAckOf(token: number, gateway: string, body: Buffer): Datagram | undefined {
  if (body.length === 0) return { kind: "tx-ack", token, gateway, error: "NONE" };
  const ack = jsonOf(body)?.txpk_ack;
  const error = TX_ERRORS.find((one) => isObject(ack) && ack.error === one);
  return error === undefined ? undefined : { kind: "tx-ack", token, gateway, error };
}

/** The datagram in these octets; `undefined` for anything that is none of version 2. */
export function decodeDatagram(octets: Uint8Array): Datagram | undefined {
  const bytes = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
  if (bytes.length < HEADER_BYTES || bytes[0] !== VERSION) return undefined;
  const token = bytes.readUInt16BE(1);
  const kind = KINDS[bytes[3]];
  const body = bytes.subarray(HEADER_BYTES);
  if (kind === undefined) return undefined;
  if (kind === "push-ack" || kind === "pull-ack") return body.length === 0 ? { kind, token } : undefined;
  if (kind === "pull-resp") {
    const send = sendOf(jsonOf(body)?.txpk);
    return send === undefined ? undefined : { kind, token, send };
  }
  if (body.length < EUI_BYTES) return undefined;
  const gateway = body.toString("hex", 0, EUI_BYTES);
  const rest = body.subarray(EUI_BYTES);
  if (kind === "pull-data") return rest.length === 0 ? { kind, token, gateway } : undefined;
  return kind === "push-data" ? pushOf(token, gateway, jsonOf(rest)) : txAckOf(token, gateway, rest);
}
