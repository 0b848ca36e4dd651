/**
 * The hub's CoAP server (RFC 7252) without its socket, on npm coap-packet: `POST /r/<device>` with a sealed record, in one message or in
 * blocks (RFC 7959), answered by what the hub has to say. A message that comes again gets the same answer and is taken once.
 */
import { generate, type Option, type Packet, type ParsedPacket, parse } from "coap-packet";
import type { RecordOutcome, RecordServer } from "../record-server.ts";
import { idOctets } from "./broker.ts";

export interface CoapServer {
  /** Takes a datagram from a peer; answers the octets to send back, if any. `timeS`: seconds since 1970. */
  take(datagram: Uint8Array, peer: string, timeS: number): Uint8Array | undefined;
  readonly counts: () => { readonly messages: number; readonly malformed: number; readonly repeated: number };
}

/** EXCHANGE_LIFETIME (RFC 7252 section 4.8.2): so long an answer is kept for its repetitions. */
const EXCHANGE_S = 247;
/** Exchanges and unfinished records that are kept; the oldest give way. */
const MOST_EXCHANGES = 8192;
const MOST_UNFINISHED = 1024;
/** A record that is longer is none. */
const MOST_RECORD = 4096;
const DEVICE = /^(?:[0-9A-F]{4}-){3}[0-9A-F]{4}$/;

interface Block {
  readonly number: number;
  readonly more: boolean;
  readonly exponent: number;
}

function optionOf(packet: ParsedPacket, name: string): Buffer | undefined {
  return packet.options.find((option) => option.name === name)?.value;
}

function blockOf(value: Buffer | undefined): Block | undefined {
  if (value === undefined || value.length > 3) return undefined;
  const number = value.length === 0 ? 0 : value.readUIntBE(0, value.length);
  return { number: number >> 4, more: (number & 8) !== 0, exponent: number & 7 };
}

function blockOption({ number, more, exponent }: Block): Option {
  const value = (number << 4) | (more ? 8 : 0) | exponent;
  const octets = Buffer.of(value >> 16, (value >> 8) & 255, value & 255);
  return { name: "Block1", value: octets.subarray(value > 65535 ? 0 : value > 255 ? 1 : value > 0 ? 2 : 3) };
}

function forgetOldest(map: Map<string, unknown>, most: number): void {
  while (map.size > most) map.delete(map.keys().next().value as string);
}

export function coapServer(server: RecordServer, report: (outcome: RecordOutcome) => void = () => {}): CoapServer {
  const exchanges = new Map<string, { readonly answer: Uint8Array; readonly untilS: number }>();
  const unfinished = new Map<string, { octets: Buffer; untilS: number }>();
  let messages = 0;
  let malformed = 0;
  let repeated = 0;

  function taken(device: string, record: Buffer, timeS: number): Packet {
    try {
      const outcome = server.record(idOctets(device), new Uint8Array(record), timeS);
      report(outcome);
      if (outcome.rejected !== undefined) return { code: "4.00" };
      const payload = server.waiting?.(idOctets(device), timeS) ?? outcome.answer;
      return { code: "2.04", ...(payload === undefined ? {} : { payload: Buffer.from(payload) }) };
    } catch {
      // The hub could not keep it: it may come again.
      return { code: "5.03" };
    }
  }

  /** A block of a record: 2.31 until it is whole. Blocks come in order; a first one begins anew. */
  function blockwise(packet: ParsedPacket, block: Block, device: string, peer: string, timeS: number): Packet {
    const key = `${peer} ${device}`;
    const size = 16 << block.exponent;
    const before = block.number === 0 ? Buffer.alloc(0) : unfinished.get(key)?.octets;
    const options = [blockOption(block)];
    if (block.exponent === 7 || packet.payload.length > size) return { code: "4.00" };
    if (block.more && packet.payload.length !== size) return { code: "4.00" };
    if (before === undefined || before.length !== block.number * size) return { code: "4.08", options };
    const octets = Buffer.concat([before, packet.payload]);
    unfinished.delete(key);
    if (octets.length > MOST_RECORD) return { code: "4.13", options };
    if (!block.more) return { ...taken(device, octets, timeS), options };
    unfinished.set(key, { octets, untilS: timeS + EXCHANGE_S });
    forgetOldest(unfinished, MOST_UNFINISHED);
    return { code: "2.31", options };
  }

  function answerTo(packet: ParsedPacket, peer: string, timeS: number): Packet {
    const path = packet.options.filter(({ name }) => name === "Uri-Path").map(({ value }) => value.toString());
    const known = ["Uri-Path", "Uri-Host", "Uri-Port", "Block1", "Block2", "Uri-Query", "Accept"];
    const strange = packet.options.some(({ name }) => !known.includes(String(name)) && isCritical(name));
    if (strange) return { code: "4.02" };
    if (path.length !== 2 || path[0] !== "r" || !DEVICE.test(path[1])) return { code: "4.04" };
    if (packet.code !== "0.02") return { code: "4.05" };
    const value = optionOf(packet, "Block1");
    if (value === undefined)
      return packet.payload.length > MOST_RECORD ? { code: "4.13" } : taken(path[1], packet.payload, timeS);
    const block = blockOf(value);
    return block === undefined ? { code: "4.02" } : blockwise(packet, block, path[1], peer, timeS);
  }

  return {
    take(datagram, peer, timeS) {
      messages++;
      let packet: ParsedPacket;
      try {
        packet = parse(Buffer.from(datagram));
      } catch {
        malformed++;
        return undefined;
      }
      const isRequest = packet.code.startsWith("0.") && packet.code !== "0.00" && !packet.ack && !packet.reset;
      if (!isRequest) {
        // A ping is answered by a reset; answers to what was never asked are not heard.
        return packet.confirmable
          ? new Uint8Array(generate({ reset: true, code: "0.00", messageId: packet.messageId }))
          : undefined;
      }
      const key = `${peer} ${packet.messageId} ${packet.token.toString("hex")}`;
      const before = exchanges.get(key);
      if (before !== undefined && before.untilS > timeS) {
        repeated++;
        return before.answer;
      }
      const answer = new Uint8Array(
        generate({
          ...answerTo(packet, peer, timeS),
          ack: packet.confirmable,
          messageId: packet.messageId,
          token: packet.token,
        }),
      );
      exchanges.delete(key);
      exchanges.set(key, { answer, untilS: timeS + EXCHANGE_S });
      forgetOldest(exchanges, MOST_EXCHANGES);
      return answer;
    },
    counts: () => ({ messages, malformed, repeated }),
  };
}

/** Odd numbers are critical (section 5.4.1). */
function isCritical(name: string | number): boolean {
  return typeof name === "number"
    ? (name & 1) === 1
    : ["If-Match", "If-None-Match", "OSCORE", "Proxy-Uri", "Proxy-Scheme"].includes(name);
}
