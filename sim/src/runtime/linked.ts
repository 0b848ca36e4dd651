/** The host's end of the board link (`sdk/src/link/link.ts` has the format): drives a device program that takes and answers text. */
import type { LoraChannel } from "@songbai/sdk/board/lora";
import type { Hardware, Program } from "../parts/hardware.ts";

/** Takes an event line, answers the effect lines. */
export interface LinePeer {
  call(line: string): string;
  heapBytes?(): number;
  peakHeapBytes?(): number;
  close(): void;
}

const ZERO = 48;
const SAMPLE_OFFSET = 131072;
/** Octets of the flash image in one line. */
const PIECE_BYTES = 256;

/** Octets as sextets (`sdk/src/link/line.ts`). */
export function toSextets(octets: Uint8Array): string {
  const codes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const octet of octets) {
    held = (held << 8) | octet;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      codes.push(ZERO + ((held >> bits) & 63));
    }
    held &= (1 << bits) - 1;
  }
  if (bits > 0) codes.push(ZERO + ((held << (6 - bits)) & 63));
  return String.fromCharCode(...codes);
}

export function fromSextets(text: string): Uint8Array {
  const octets = new Uint8Array((text.length * 6) >> 3);
  let held = 0;
  let bits = 0;
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    held = (held << 6) | (text.charCodeAt(i) - ZERO);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      octets[count++] = held >> bits;
      held &= (1 << bits) - 1;
    }
  }
  return octets;
}

/** `khz` is there where the bandwidth is not the usual one. */
function channelOf(frequencyHz: string, spreadingFactor: string, khz: string | undefined): LoraChannel {
  const channel = { frequencyHz: Number(frequencyHz), spreadingFactor: Number(spreadingFactor) };
  return khz === undefined ? channel : { ...channel, bandwidthKhz: Number(khz) };
}

export function linkedRuntime(peer: LinePeer, hardware: Hardware): Program {
  let sampleCodes = Buffer.alloc(0);
  let heapAfterBoot: number | undefined;

  const effects: Record<string, (words: readonly string[]) => void> = {
    t: ([id, delayMs]) => hardware.setTimer(Number(id), Number(delayMs)),
    c: ([id]) => hardware.cancelTimer(Number(id)),
    x: ([hz, sf, dbm, frame, khz]) => hardware.transmit(fromSextets(frame), channelOf(hz, sf, khz), Number(dbm)),
    r: ([hz, sf, timeoutMs, khz]) => hardware.receive(channelOf(hz, sf, khz), Number(timeoutMs)),
    y: ([hz, sf, khz]) => hardware.sense(channelOf(hz, sf, khz)),
    p: ([address, octets]) => hardware.programmed(Number(address), fromSextets(octets)),
    e: ([sector]) => hardware.erased(Number(sector)),
    h: ([onMs, offMs, times]) => hardware.buzz(Number(onMs), Number(offMs), Number(times)),
    a: ([rateHz, rangeG, watermark]) => hardware.startAccelerometer(Number(rateHz), Number(rangeG), Number(watermark)),
    z: () => hardware.stopAccelerometer(),
    l: ([event, value]) => hardware.log(Number(event), Number(value)),
    b: ([intervalMs, data]) => hardware.ble.advertise(fromSextets(data ?? ""), Number(intervalMs)),
    g: ([pdu]) => hardware.ble.send(fromSextets(pdu)),
    k: () => hardware.ble.disconnect(),
    m: ([on]) => hardware.modem.attach(on === "1"),
    o: ([transport, port, host]) => hardware.modem.open(Number(transport), host, Number(port)),
    d: ([octets]) => hardware.modem.send(fromSextets(octets)),
    q: () => hardware.modem.close(),
  };

  /** Carries out one effect line. An unknown one means that bundle and host are of different versions. */
  function effect(line: string): void {
    const [kind, ...words] = line.split(" ");
    const carryOut = effects[kind];
    if (carryOut === undefined) throw new Error(`the device program answered "${line}", which the board link does not know`);
    carryOut(words);
  }

  function event(kind: string, words: string): void {
    const answer = peer.call(`${kind} ${hardware.uptimeMs()}${words}`);
    if (answer === ".") return;
    for (const line of answer.split("\n")) if (line !== ".") effect(line);
  }

  function isBlank(octets: Uint8Array): boolean {
    return octets.every((octet) => octet === 0xff);
  }

  return {
    boot(power) {
      for (let address = 0; address < power.flash.length; address += PIECE_BYTES) {
        const piece = power.flash.subarray(address, address + PIECE_BYTES);
        if (!isBlank(piece)) event("F", ` ${address} ${toSextets(piece)}`);
      }
      const { seed, epochSeconds, flash, sectorBytes, batteryPercent } = power;
      event("B", ` ${seed} ${epochSeconds | 0} ${flash.length} ${sectorBytes} ${batteryPercent}`);
      heapAfterBoot = peer.heapBytes?.();
    },
    timer: (id) => event("T", ` ${id}`),
    samples(values, count) {
      const length = 3 * count;
      if (sampleCodes.length !== 3 * length) sampleCodes = Buffer.alloc(3 * length);
      for (let i = 0, at = 0; i < length; i++) {
        const word = values[i] + SAMPLE_OFFSET;
        sampleCodes[at++] = ZERO + (word >> 12);
        sampleCodes[at++] = ZERO + ((word >> 6) & 63);
        sampleCodes[at++] = ZERO + (word & 63);
      }
      event("A", ` ${sampleCodes.toString("latin1")}`);
    },
    button: (pressed) => event("P", pressed ? " 1" : " 0"),
    sent: () => event("D", ""),
    received: (frame) => event("R", frame === undefined ? "" : ` ${toSextets(frame)}`),
    sensed: (clear) => event("Y", clear ? " 1" : " 0"),
    battery: (percent) => event("V", ` ${percent}`),
    bleLink: (connected, level) => event("L", ` ${connected ? 1 : 0} ${level}`),
    blePdu: (pdu) => event("G", ` ${toSextets(pdu)}`),
    bleSent: () => event("N", ""),
    modemAttached: (on) => event("M", on ? " 1" : " 0"),
    modemOpen: (on) => event("O", on ? " 1" : " 0"),
    modemData: (octets) => event("I", ` ${toSextets(octets)}`),
    modemSent: () => event("U", ""),
    peakHeapBytes: () => peer.peakHeapBytes?.(),
    heapAfterBootBytes: () => heapAfterBoot,
    close: () => peer.close(),
  };
}
