/**
 * The parts of one device wired together: what a runtime sees as `Hardware`, and what a scenario can do to the device (press its
 * button, take its power away). All that crosses the boundary goes to the transcript.
 */
import type { LoraChannel } from "@songbai/sdk/board/lora";
import type { BleAir } from "../air/ble/air.ts";
import type { CellNetwork } from "../air/cell/network.ts";
import type { UplinkOutcome } from "../air/gateway.ts";
import { bandwidthOf } from "../air/lora-demodulator.ts";
import type { LoraSite } from "../air/lora-site.ts";
import type { Agenda } from "../clock/agenda.ts";
import { seedOf, stream } from "../clock/seed.ts";
import type { Motion } from "../world/motion.ts";
import { accelerometer } from "./accelerometer.ts";
import { bleRadio, staticAddress } from "./ble.ts";
import type { Hardware, Program } from "./hardware.ts";
import { cellularModem, type ExtendedDrx, type PowerSaving } from "./modem.ts";
import { norImage } from "./nor-image.ts";
import { type Energy, meter, type PowerModel } from "./power.ts";
import { radio } from "./radio.ts";
import type { Transcript } from "./transcript.ts";

/** How long the processor is awake for one event; part of the power model. */
const AWAKE_US = 2000;

export interface VirtualBoardOptions {
  readonly agenda: Agenda;
  readonly motion: Motion;
  readonly lora: LoraSite;
  readonly bleAir: BleAir;
  /** The mobile network; without one the modem finds none. */
  readonly cell?: CellNetwork;
  /** Granted by the mobile network; without it the modem never sleeps. */
  readonly psm?: PowerSaving | undefined;
  readonly edrx?: ExtendedDrx | undefined;
  readonly transcript: Transcript;
  readonly power: PowerModel;
  readonly flash: { readonly sizeBytes: number; readonly sectorBytes: number };
  /** What provisioning wrote to the start of the flash. */
  readonly identity: Uint8Array;
  readonly runSeed: number;
  readonly startEpochS: number;
  readonly batteryPercent: number;
  /** Told of log events and of what became of frames. */
  readonly watch: {
    log(event: number, value: number): void;
    uplink(outcome: UplinkOutcome | undefined): void;
    /** The device sent what the law of the band does not allow. */
    violation?(sentence: string): void;
    buzz(onMs: number, times: number): void;
    samples?(values: Int32Array, count: number): void;
  };
}

export interface VirtualBoard {
  readonly hardware: Hardware;
  /** Puts the power on with this program. */
  powerOn(program: Program): void;
  /** Takes the power away: timers, sensors and radio stop; the flash stays. */
  powerOff(): void;
  press(pressed: boolean): void;
  setBattery(percent: number): void;
  readonly flashUse: () => { programmedBytes: number; erases: number };
  energy(): Energy;
}

export function virtualBoard(options: VirtualBoardOptions): VirtualBoard {
  const { agenda, transcript, watch } = options;
  const image = norImage(options.flash.sizeBytes, options.flash.sectorBytes);
  image.bytes.set(options.identity);
  const energy = meter(options.power);
  let program: Program | undefined;
  let bootedUs = 0;
  let boots = 0;
  let battery = options.batteryPercent;
  let accelerometerSinceUs = -1;
  let buzz = { sinceUs: 0, onMs: 0, offMs: 0, times: 0 };
  const timers = new Map<number, number>();

  const uptimeMs = () => Math.floor((agenda.nowUs() - bootedUs) / 1000);
  const note = (kind: string, numbers: readonly number[], octets?: Uint8Array) =>
    transcript.add(Math.floor(agenda.nowUs() / 1000), kind, numbers, octets);

  /** Lets the program handle an event, if it has power. */
  function deliver(event: (program: Program) => void): void {
    if (program === undefined) return;
    energy.spend("mcu active", AWAKE_US);
    event(program);
  }

  const motionSensor = accelerometer(agenda, options.motion, (values, count) => {
    watch.samples?.(values, count);
    deliver((running) => running.samples(values, count));
  });

  const lora = radio({
    ...options.lora,
    agenda,
    meter: energy,
    tell: {
      sent: () => deliver((running) => running.sent()),
      received: (frame) => deliver((running) => running.received(frame)),
      sensed: (clear) => deliver((running) => running.sensed(clear)),
      outcome: (outcome) => watch.uplink(outcome),
      violation: (sentence) => watch.violation?.(sentence),
    },
  });

  const ble = bleRadio({
    air: options.bleAir,
    address: staticAddress(stream(options.runSeed, "ble/address")),
    random: stream(options.runSeed, "ble/pairing"),
    meter: energy,
    tell: {
      link: (connected, level) => deliver((running) => running.bleLink(connected, level)),
      pdu: (pdu) => deliver((running) => running.blePdu(pdu)),
      sent: () => deliver((running) => running.bleSent()),
    },
  });
  const modem = cellularModem({
    agenda,
    network: options.cell,
    meter: energy,
    psm: options.psm,
    edrx: options.edrx,
    tell: {
      attached: (on) => deliver((running) => running.modemAttached(on)),
      open: (on) => deliver((running) => running.modemOpen(on)),
      data: (octets) => deliver((running) => running.modemData(octets)),
      sent: () => deliver((running) => running.modemSent()),
    },
  });

  function settleAccelerometer(): void {
    if (accelerometerSinceUs >= 0) energy.spend("accelerometer", agenda.nowUs() - accelerometerSinceUs);
    accelerometerSinceUs = -1;
  }

  /** Adds the time that the motor has run since the last pattern began. */
  function settleBuzz(): void {
    const { sinceUs, onMs, offMs, times } = buzz;
    if (times > 0) {
      const period = (onMs + offMs) * 1000;
      const played = Math.min(agenda.nowUs() - sinceUs, period * times);
      const whole = Math.floor(played / period);
      energy.spend("haptic", whole * onMs * 1000 + Math.min(played - whole * period, onMs * 1000));
    }
    buzz = { sinceUs: agenda.nowUs(), onMs: 0, offMs: 0, times: 0 };
  }

  const hardware: Hardware = {
    uptimeMs,
    epochSeconds: () => options.startEpochS + Math.floor(agenda.nowUs() / 1e6),
    setTimer(id, delayMs) {
      timers.set(
        id,
        agenda.at(agenda.nowUs() + delayMs * 1000, () => {
          timers.delete(id);
          deliver((running) => running.timer(id));
        }),
      );
    },
    cancelTimer(id) {
      agenda.cancel(timers.get(id) ?? 0);
      timers.delete(id);
    },
    transmit(frame, channel, powerDbm) {
      note("x", [channel.frequencyHz, channel.spreadingFactor, powerDbm, ...widthOf(channel)], frame);
      lora.transmit(frame, channel, powerDbm);
    },
    receive(channel, timeoutMs) {
      note("r", [channel.frequencyHz, channel.spreadingFactor, timeoutMs, ...widthOf(channel)]);
      lora.receive(channel, timeoutMs);
    },
    sense(channel) {
      note("y", [channel.frequencyHz, channel.spreadingFactor, ...widthOf(channel)]);
      lora.sense(channel);
    },
    programmed(address, octets) {
      note("p", [address], octets);
      image.program(address, octets);
    },
    erased(sector) {
      note("e", [sector]);
      image.erase(sector);
    },
    buzz(onMs, offMs, times) {
      note("h", [onMs, offMs, times]);
      settleBuzz();
      buzz = { sinceUs: agenda.nowUs(), onMs, offMs, times };
      watch.buzz(onMs, times);
    },
    startAccelerometer(rateHz, rangeG, watermark) {
      note("a", [rateHz, rangeG, watermark]);
      settleAccelerometer();
      accelerometerSinceUs = agenda.nowUs();
      motionSensor.start(rateHz, rangeG, watermark);
    },
    stopAccelerometer() {
      note("a", [0, 0, 0]);
      settleAccelerometer();
      motionSensor.stop();
    },
    log(event, value) {
      note("l", [event, value]);
      watch.log(event, value);
    },
    ble: {
      advertise(data, intervalMs) {
        note("b", [intervalMs], data);
        ble.advertise(data, intervalMs);
      },
      send(pdu) {
        note("g", [], pdu);
        ble.send(pdu);
      },
      disconnect() {
        note("k", []);
        ble.disconnect();
      },
    },
    modem: {
      attach(on) {
        note("m", [on ? 1 : 0]);
        modem.attach(on);
      },
      open(transport, host, port) {
        note("o", [transport, port], Buffer.from(host));
        modem.open(transport, host, port);
      },
      send(octets) {
        note("d", [], octets);
        modem.send(octets);
      },
      close() {
        note("q", []);
        modem.close();
      },
    },
  };

  return {
    hardware,
    powerOn(next) {
      program = next;
      bootedUs = agenda.nowUs();
      boots++;
      next.boot({
        seed: seedOf(options.runSeed, `device/boot ${boots}`),
        epochSeconds: hardware.epochSeconds(),
        flash: image.bytes,
        sectorBytes: image.sectorBytes,
        batteryPercent: battery,
      });
    },
    powerOff() {
      program?.close?.();
      program = undefined;
      for (const entry of timers.values()) agenda.cancel(entry);
      timers.clear();
      motionSensor.stop();
      settleAccelerometer();
      settleBuzz();
      lora.reset();
      ble.reset();
      modem.reset();
    },
    press: (pressed) => deliver((running) => running.button(pressed)),
    setBattery(percent) {
      battery = percent;
      deliver((running) => running.battery(percent));
    },
    flashUse: () => ({ programmedBytes: image.programmedBytes(), erases: image.erases() }),
    energy() {
      settleAccelerometer();
      settleBuzz();
      ble.settle();
      modem.settle();
      return energy.energy(agenda.nowUs());
    },
  };
}

/** The bandwidth where it is not the usual one. */
function widthOf(channel: LoraChannel): number[] {
  const khz = bandwidthOf(channel);
  return khz === 125 ? [] : [khz];
}
