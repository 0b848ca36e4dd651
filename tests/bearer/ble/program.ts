// Portable TypeScript, run on every runtime by the tests beside it: a device with all services on a radio of lines.
import { attServer } from "@songbai/sdk/bearer/ble/att";
import { batteryService } from "@songbai/sdk/bearer/ble/battery";
import { bloodPressure } from "@songbai/sdk/bearer/ble/blood-pressure";
import { currentTime } from "@songbai/sdk/bearer/ble/current-time";
import { deviceInformation } from "@songbai/sdk/bearer/ble/device-information";
import { gatt } from "@songbai/sdk/bearer/ble/gatt";
import { genericAccess } from "@songbai/sdk/bearer/ble/generic-access";
import { glucose, glucoseMemory } from "@songbai/sdk/bearer/ble/glucose";
import { heartRate } from "@songbai/sdk/bearer/ble/heart-rate";
import { tellVitals, type Vital } from "@songbai/sdk/bearer/ble/measurement";
import { pulseOximeter } from "@songbai/sdk/bearer/ble/pulse-oximeter";
import { recordService } from "@songbai/sdk/bearer/ble/record-service";
import { runningSpeed } from "@songbai/sdk/bearer/ble/running";
import { bodyComposition, weightScale } from "@songbai/sdk/bearer/ble/scale";
import { thermometer } from "@songbai/sdk/bearer/ble/thermometer";
import type { Ble, BleEvents } from "@songbai/sdk/board/ble";
import { copyBytes } from "@songbai/sdk/lang/bytes";
import { allocBytes, type Bytes, charCode, decimal, textLength, textSlice } from "@songbai/sdk/lang/intrinsics";
import { BUSY, MISSING, OK } from "@songbai/sdk/lang/result";
import { hexOf, numberOf, octetsOf, wordsOf } from "../../support/words.ts";

const NOBODY = 0;
/** Most PDUs that one line lets out. */
const MOST_PDUS = 40;

interface Rig {
  readonly line: (words: readonly string[]) => void;
}

let log = "";

function note(what: string): void {
  log = log === "" ? what : `${log} ${what}`;
}

/** A number with a sign. */
function integerOf(word: string): number {
  return charCode(word, 0) === 45 ? -numberOf(textSlice(word, 1, textLength(word))) | 0 : numberOf(word);
}

function start(security: number, mtu: number, inMoles: boolean): Rig {
  let into = allocBytes(0);
  let events: BleEvents | undefined;
  let level = NOBODY;
  let sending = false;
  let isHeld = false;
  let expire: (() => void) | undefined;
  let seconds = 0;
  let percent = 88;

  const ble: Ble = {
    start: (octets, listener) => {
      into = octets;
      events = listener;
      return OK;
    },
    advertise: () => OK,
    send: (pdu, length) => {
      if (level === NOBODY) return MISSING;
      if (sending) return BUSY;
      sending = true;
      note(hexOf(pdu, length));
      return OK;
    },
    disconnect: () => {
      note("disconnect");
      drop();
    },
    securityLevel: () => level,
  };

  function drop(): void {
    const listener = events;
    if (level === NOBODY || listener === undefined) return;
    level = NOBODY;
    sending = false;
    listener.onDisconnect();
  }

  const timers = {
    after: (delayMs: number, fire: () => void): number => {
      expire = fire;
      return delayMs;
    },
    cancel: (): void => {
      expire = undefined;
    },
  };

  const deviceId = octetsOf("7a3f11c000000042", 0);
  const attributes = gatt();
  genericAccess(attributes, "Songbai watch", 194);
  deviceInformation(attributes, { deviceId, model: "watch", firmware: "1.2.3", manufacturer: "Songbai" });
  batteryService(attributes, { levelPercent: () => percent });
  const records = recordService(
    attributes,
    timers,
    deviceId,
    () => note("open"),
    () => note("silent"),
    (octets, length) => note(`down:${hexOf(octets, length)}`),
  );
  const heart = heartRate(attributes, security, 2);
  const oximeter = pulseOximeter(attributes, security);
  const temperature = thermometer(attributes, security, 1);
  const pressure = bloodPressure(attributes, security);
  const blood = glucoseMemory(5, 5);
  glucose(attributes, security, blood, inMoles);
  const scale = weightScale(attributes, security);
  const composition = bodyComposition(attributes, security);
  const run = runningSpeed(attributes, security);
  const time = currentTime(attributes, security, { uptimeMs: () => 0, epochSeconds: () => seconds }, 28800, (given) => {
    seconds = given;
    note(`set:${decimal(given)}`);
  });
  const server = attServer(ble, timers, attributes, mtu, (connected) => {
    if (connected) records.restart();
    note(connected ? "connected" : "gone");
  });
  server.start();

  function drain(): void {
    for (let i = 0; sending && !isHeld && i < MOST_PDUS; i++) {
      sending = false;
      if (events !== undefined) events.onSent();
    }
  }

  function hear(pdu: Bytes): void {
    const length = pdu.length;
    copyBytes(pdu, 0, into, 0, length < into.length ? length : into.length);
    if (events !== undefined) events.onPdu(length);
  }

  /** The values of a line, and after them its time. */
  function tell(service: Vital, n: readonly number[]): void {
    const values: number[] = [];
    for (let i = 0; i < n.length - 1; i++) values.push(n[i]);
    tellVitals([heart.rate, service], { code: service.code, values }, n[n.length - 1]);
  }

  function measure(what: string, n: readonly number[]): void {
    if (what === "beat") heart.beats.tell(n, 0);
    else if (what === "heart") heart.rate.tell(n, 0);
    else if (what === "spo2") oximeter.tell(n, 0);
    else if (what === "spot") oximeter.spotCheck([n[0], n[1], n[2]], n[3]);
    else if (what === "temperature") tell(temperature, n);
    else if (what === "meanwhile") temperature.meanwhile(n);
    else if (what === "pressure") tell(pressure, n);
    else if (what === "cuff") pressure.cuff(n[0]);
    else if (what === "glucose") tell(blood, n);
    else if (what === "weight") tell(scale, n);
    else if (what === "composition") tell(composition, n);
    else if (what === "run") run.tell(n, 0);
    else if (what === "clock") seconds = n[0];
    else if (what === "adjusted") time.adjusted(n[0]);
    else if (what === "battery") {
      percent = n[0];
      attributes.wake();
    }
  }

  function line(words: readonly string[]): void {
    const what = words[0];
    const listener = events;
    if (what === "connect" && listener !== undefined) {
      level = numberOf(words[1]);
      listener.onConnect();
    } else if (what === "disconnect") drop();
    else if (what === "level") level = numberOf(words[1]);
    else if (what === "hold") isHeld = words[1] === "1";
    else if (what === "expire") {
      const fire = expire;
      expire = undefined;
      if (fire !== undefined) fire();
    } else if (what === "pdu") hear(octetsOf(words[1], 0));
    else if (what === "send") {
      const record = octetsOf(words[1], 0);
      const result = records.send(record, record.length, (acknowledged, _answer, length) =>
        note(`done:${acknowledged ? "1" : "0"}:${decimal(length)}`),
      );
      note(decimal(result));
    } else {
      const numbers: number[] = [];
      for (let i = 1; i < words.length; i++) numbers.push(integerOf(words[i]));
      measure(what, numbers);
    }
    drain();
  }

  return { line };
}

let rig: Rig | undefined;

/**
 *   start SECURITY MTU [moles]     a new device, whose glucose is in mmol/L
 *   connect LEVEL, level LEVEL, disconnect
 *   pdu OCTETS                     what the central sends
 *   hold 0|1                       what the link takes does not leave, leaves
 *   expire                         the timer that was set last is due
 *   send OCTETS                    a record
 *   heart 75 1 and so on           a measurement, with the arguments of its service
 * Answers what left, and what the device was told.
 */
export function receive(line: string): string {
  const words = wordsOf(line);
  log = "";
  if (words[0] === "start") rig = start(numberOf(words[1]), numberOf(words[2]), words.length > 3);
  else if (rig !== undefined) rig.line(words);
  return log;
}
