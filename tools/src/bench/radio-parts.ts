/** What the board counts of BLE and MQTT: a program with both bearers on radios and timers that cost next to nothing. */
import type { Part } from "./board-part.ts";

/** Lines of the program; any other does nothing. */
const LINES = {
  /** Makes the attribute server with the record service, connected and subscribed. */
  ble: "b",
  /** A record of 37 octets is notified, and an answer of 18 written. */
  bleRecord: "n",
  /** A fragment of 18 octets is written, and its response sent. */
  bleWrite: "w",
  /** Makes the MQTT session over the modem, and subscribes. */
  mqtt: "m",
  /** A record of 37 octets is published and acknowledged by the broker, and an answer of 18 octets comes down. */
  mqttRecord: "p",
  /** A frame of 18 octets comes down. */
  mqttDown: "d",
} as const;

const SOURCE = `
import type { Bearer } from "@songbai/sdk/bearer/bearer";
import { attServer } from "@songbai/sdk/bearer/ble/att";
import { gatt } from "@songbai/sdk/bearer/ble/gatt";
import { COMMAND_MESSAGE, LAST_FRAGMENT, type RecordService, recordService } from "@songbai/sdk/bearer/ble/record-service";
import { cellular } from "@songbai/sdk/bearer/cellular/cellular";
import { mqtt } from "@songbai/sdk/bearer/cellular/mqtt";
import type { BleEvents } from "@songbai/sdk/board/ble";
import type { ModemEvents } from "@songbai/sdk/board/modem";
import { copyBytes } from "@songbai/sdk/lang/bytes";
import { allocBytes, type Bytes, charCode, textLength } from "@songbai/sdk/lang/intrinsics";
import { prng } from "@songbai/sdk/lang/prng";
import { OK } from "@songbai/sdk/lang/result";
const MTU = 69;
const CONFIGURATION = 6;
const DOWN = 8;
const DOWN_TOPIC = "songbai/v1/7A3F-11C0-0000-0042/down";
let last = () => {};
const timers = { after: (_delayMs: number, fire: () => void) => { last = fire; return 1; }, cancel: () => {} };
const record = allocBytes(37);
const packet = allocBytes(64);
let settled = 0;
let records: RecordService | undefined;
let ble: BleEvents | undefined;
let pdu: Bytes = packet;
let number = 0;
function request(length: number): void {
  if (ble === undefined) return;
  ble.onPdu(length);
  ble.onSent();
}
function write(handle: number, length: number): void {
  pdu[0] = 0x12;
  pdu[1] = handle & 255;
  pdu[2] = 0;
  request(3 + length);
}
function makeBle(): void {
  const attributes = gatt();
  records = recordService(attributes, timers, allocBytes(8), () => {}, () => {}, () => {});
  const radio = {
    start: (into: Bytes, events: BleEvents) => { pdu = into; ble = events; return OK; },
    advertise: () => OK,
    send: () => OK,
    disconnect: () => {},
    securityLevel: () => 1,
  };
  attServer(radio, timers, attributes, MTU, () => {}).start();
  if (ble !== undefined) ble.onConnect();
  pdu[0] = 2;
  pdu[1] = MTU;
  pdu[2] = 0;
  request(3);
  pdu[3] = 1;
  pdu[4] = 0;
  write(CONFIGURATION, 2);
}
function fragment(flags: number): void {
  pdu[3] = number & 255;
  pdu[4] = (LAST_FRAGMENT | flags) & 255;
  write(DOWN, 20);
}
let bearer: Bearer | undefined;
let modem: ModemEvents | undefined;
let into: Bytes = packet;
let published = 0;
function data(length: number): void {
  let at = 0;
  while (modem !== undefined && at < length) {
    const here = length - at < into.length ? length - at : into.length;
    copyBytes(packet, at, into, 0, here);
    at += here;
    modem.onData(here);
  }
}
function sent(): void {
  if (modem !== undefined) modem.onSent();
}
function makeMqtt(): void {
  const cell = {
    start: (octets: Bytes, events: ModemEvents) => { into = octets; modem = events; return OK; },
    attach: () => OK,
    open: () => OK,
    send: () => OK,
    close: () => {},
  };
  bearer = cellular(
    cell,
    timers,
    { next: prng(7) },
    { transport: 1, host: "hub.example", port: 8883, idleS: 0 },
    (send, events) =>
      mqtt(
        timers,
        send,
        { clientId: "7A3F-11C0-0000-0042", upTopic: "songbai/v1/7A3F-11C0-0000-0042/up", downTopic: DOWN_TOPIC, keepAliveS: 1200, mostRecord: 64 },
        events,
      ),
    () => {},
    () => {},
  );
  if (modem === undefined) return;
  modem.onAttached(true);
  last();
  modem.onOpen(true);
  sent();
  packet[0] = 0x20;
  packet[1] = 3;
  packet[2] = 0;
  packet[3] = 0;
  packet[4] = 0;
  data(5);
  sent();
  packet[0] = 0x90;
  packet[1] = 4;
  packet[2] = 255;
  packet[3] = 255;
  packet[4] = 0;
  packet[5] = 1;
  data(6);
}
function down(): void {
  const length = textLength(DOWN_TOPIC);
  packet[0] = 0x30;
  packet[1] = (2 + length + 1 + 18) & 127;
  packet[2] = 0;
  packet[3] = length & 255;
  for (let i = 0; i < length; i++) packet[4 + i] = charCode(DOWN_TOPIC, i) & 255;
  packet[4 + length] = 0;
  data(4 + length + 1 + 18);
}
function publish(): void {
  published += 1;
  sent();
  packet[0] = 0x40;
  packet[1] = 2;
  packet[2] = (published >> 8) & 255;
  packet[3] = published & 255;
  data(4);
  down();
}
export function receive(line: string): string {
  const kind = charCode(line, 0);
  settled = 1;
  if (kind === 98) makeBle();
  else if (kind === 119) fragment(COMMAND_MESSAGE);
  else if (kind === 109) makeMqtt();
  else if (kind === 100) down();
  else if (kind === 110 && records !== undefined) {
    settled = 0;
    if (records.send(record, 37, () => { settled = 1; }) !== OK) return "CLOSED";
    if (ble !== undefined) ble.onSent();
    fragment(0);
    number += 1;
  } else if (kind === 112 && bearer !== undefined) {
    settled = 0;
    if (bearer.send(record, 37, () => { settled = 1; }) !== OK) return "DOWN";
    publish();
  }
  return settled === 1 ? "." : "UNANSWERED";
}
`;

/** Apart from the keys, the outbox and the lines of the board link. */
export const RADIO: Part = {
  name: "radio",
  source: SOURCE,
  figures(bench) {
    const { call, settled, heapOf, close } = bench();
    const cost = (line: string) => {
      call(line);
      return settled(line);
    };
    const bleHeap = heapOf(LINES.ble);
    const mqttHeap = heapOf(LINES.mqtt);
    const figures = {
      "instructions a BLE record and its answer": cost(LINES.bleRecord),
      "instructions a BLE write of a fragment": cost(LINES.bleWrite),
      "instructions an MQTT record and its answer": cost(LINES.mqttRecord),
      "instructions an MQTT message down": cost(LINES.mqttDown),
      "heap of the BLE bearer, bytes": bleHeap,
      "heap of the MQTT bearer, bytes": mqttHeap,
    };
    close();
    return figures;
  },
};
