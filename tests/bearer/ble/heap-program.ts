// Portable TypeScript, run on Debian's Lua by the test beside it: PDUs to a server and records through it, nothing else.
import { attServer } from "@songbai/sdk/bearer/ble/att";
import { batteryService } from "@songbai/sdk/bearer/ble/battery";
import { deviceInformation } from "@songbai/sdk/bearer/ble/device-information";
import { ENCRYPTED, gatt } from "@songbai/sdk/bearer/ble/gatt";
import { genericAccess } from "@songbai/sdk/bearer/ble/generic-access";
import { heartRate, WRIST } from "@songbai/sdk/bearer/ble/heart-rate";
import { pulseOximeter } from "@songbai/sdk/bearer/ble/pulse-oximeter";
import { recordService } from "@songbai/sdk/bearer/ble/record-service";
import type { BleEvents } from "@songbai/sdk/board/ble";
import { copyBytes } from "@songbai/sdk/lang/bytes";
import { allocBytes, type Bytes, decimal } from "@songbai/sdk/lang/intrinsics";
import { numberOf, octetsOf, wordsOf } from "../../support/words.ts";

/** Every request there is, and what is wrong; 128-bit and 16-bit types; the answers to records. */
const PDUS = [
  "02f700",
  "040100ffff",
  "060100ffff00280d18",
  "080100ffff0328",
  "081600ffff0328",
  "100100ffff0028",
  "060100ffff0028e2351712cc378e8daf4f152901006d25",
  "0a0300",
  "0c03000400",
  "0e03000500",
  "0aff00",
  "1600000000",
  "5219000040aabb",
  "1217000000",
  "1217000100",
];

const INTERVAL = [784];
const RATE = [75, 1];
const OXYGEN = [97, 72, 35];

let into = allocBytes(0);
let listener: BleEvents | undefined;
let sending = false;
let sent = 0;
let answered = 0;

const attributes = gatt();
const timers = { after: () => 1, cancel: () => {} };
const deviceId = octetsOf("7a3f11c000000042", 0);
genericAccess(attributes, "Songbai watch", 194);
deviceInformation(attributes, { deviceId, model: "watch" });
batteryService(attributes, { levelPercent: () => 77 });
const records = recordService(
  attributes,
  timers,
  deviceId,
  () => {},
  () => {},
  () => {},
);
const heart = heartRate(attributes, ENCRYPTED, WRIST);
const oximeter = pulseOximeter(attributes, ENCRYPTED);
const server = attServer(
  {
    start: (octets, events) => {
      into = octets;
      listener = events;
      return 0;
    },
    advertise: () => 0,
    send: () => {
      sending = true;
      sent += 1;
      return 0;
    },
    disconnect: () => {},
    securityLevel: () => ENCRYPTED,
  },
  timers,
  attributes,
  69,
  (connected) => {
    if (connected) records.restart();
  },
);
server.start();

const pdus: Bytes[] = [];
for (const pdu of PDUS) pdus.push(octetsOf(pdu, 0));
const record = octetsOf("a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5", 0);
const answer = octetsOf("1219000080", 0);
const subscriptions = [octetsOf("121d000100", 0), octetsOf("1226000100", 0)];

function done(): void {
  answered += 1;
}

function hear(pdu: Bytes): void {
  copyBytes(pdu, 0, into, 0, pdu.length);
  if (listener === undefined) return;
  listener.onPdu(pdu.length);
  while (sending) {
    sending = false;
    listener.onSent();
  }
}

/** `ROUNDS`: answers how many PDUs were sent, and how many records were done. */
export function receive(line: string): string {
  const rounds = numberOf(wordsOf(line)[0]);
  if (listener !== undefined) listener.onConnect();
  for (let i = 0; i < 2; i++) hear(subscriptions[i]);
  sent = 0;
  answered = 0;
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < pdus.length; i++) hear(pdus[i]);
    heart.beats.tell(INTERVAL, 0);
    heart.rate.tell(RATE, 0);
    oximeter.tell(OXYGEN, 0);
    records.send(record, record.length, done);
    hear(pdus[7]);
    answer[3] = round & 255;
    hear(answer);
  }
  return `${decimal(sent)} ${decimal(answered)}`;
}
