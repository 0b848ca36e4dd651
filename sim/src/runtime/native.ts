/** The device program in the host's own process, on a board that is the simulator's hardware itself: no link between them. */
import type { Board } from "@songbai/sdk/board/board";
import type { LoraChannel } from "@songbai/sdk/board/lora";
import type { Bytes, Ints } from "@songbai/sdk/lang/intrinsics";
import { prng } from "@songbai/sdk/lang/prng";
import { BUSY, MISSING, NOT_BLANK, OK, OUT_OF_RANGE } from "@songbai/sdk/lang/result";
import { checkAccelerometer, checkChannel, checkTransmit } from "@songbai/sdk/link/limits";
import type { Hardware, PowerOn, Program } from "../parts/hardware.ts";
import { nativeBle } from "./native-ble.ts";
import { nativeModem } from "./native-modem.ts";

/** A compiled device program: the default export of its `main.ts`. */
export type NativeProgram = (board: Board) => void;

export function nativeRuntime(program: NativeProgram, hardware: Hardware): Program {
  const timers = new Map<number, () => void>();
  let lastTimer = 0;
  let samplesInto: Ints = new Int32Array(0);
  let onBatch: ((count: number) => void) | undefined;
  let onButton: ((pressed: boolean) => void) | undefined;
  let onSent: (() => void) | undefined;
  let onSensed: ((clear: boolean) => void) | undefined;
  let onFrame: ((length: number) => void) | undefined;
  let frameInto: Bytes = new Uint8Array(0);
  let battery = 100;
  const { ble, ...bleEvents } = nativeBle(hardware.ble);
  const { modem, ...modemEvents } = nativeModem(hardware.modem);

  const isRadioBusy = () => onSent !== undefined || onFrame !== undefined || onSensed !== undefined;

  function boardOf(power: PowerOn): Board {
    const image = power.flash.slice();
    const { sectorBytes } = power;
    const outside = (address: number, length: number) => address < 0 || length < 0 || address + length > image.length;
    return {
      clock: { uptimeMs: () => hardware.uptimeMs(), epochSeconds: () => hardware.epochSeconds() },
      timers: {
        after(delayMs, fire) {
          lastTimer++;
          timers.set(lastTimer, fire);
          hardware.setTimer(lastTimer, delayMs);
          return lastTimer;
        },
        cancel(id) {
          if (timers.delete(id)) hardware.cancelTimer(id);
        },
      },
      random: { next: prng(power.seed) },
      flash: {
        sizeBytes: image.length,
        sectorBytes,
        read(address, into, at, length) {
          if (outside(address, length)) return OUT_OF_RANGE;
          for (let i = 0; i < length; i++) into[at + i] = image[address + i];
          return OK;
        },
        program(address, from, at, length) {
          if (outside(address, length)) return OUT_OF_RANGE;
          for (let i = 0; i < length; i++) if ((image[address + i] & from[at + i]) !== from[at + i]) return NOT_BLANK;
          for (let i = 0; i < length; i++) image[address + i] = from[at + i];
          hardware.programmed(address, image.slice(address, address + length));
          return OK;
        },
        erase(sector) {
          if (outside(sector * sectorBytes, sectorBytes)) return OUT_OF_RANGE;
          image.fill(0xff, sector * sectorBytes, (sector + 1) * sectorBytes);
          hardware.erased(sector);
          return OK;
        },
      },
      log: { event: (event, value) => hardware.log(event, value) },
      accelerometer: {
        start(settings, samples, listener) {
          const result = checkAccelerometer(settings);
          if (result !== OK) return result;
          samplesInto = samples;
          onBatch = listener;
          hardware.startAccelerometer(settings.rateHz, settings.rangeG, settings.watermark);
          return OK;
        },
        stop() {
          onBatch = undefined;
          hardware.stopAccelerometer();
        },
      },
      battery: { levelPercent: () => battery },
      button: {
        onChange(listener) {
          onButton = listener;
        },
      },
      haptic: { buzz: (onMs, offMs, times) => hardware.buzz(onMs, offMs, times) },
      lora: {
        transmit(frame, length, channel, powerDbm, onDone) {
          if (isRadioBusy()) return BUSY;
          const result = checkTransmit(length, channel, powerDbm);
          if (result !== OK) return result;
          onSent = onDone;
          hardware.transmit((frame as Uint8Array).slice(0, length), copyOf(channel), powerDbm);
          return OK;
        },
        receive(into, channel, timeoutMs, listener) {
          if (isRadioBusy()) return BUSY;
          const result = checkChannel(channel);
          if (result !== OK) return result;
          frameInto = into;
          onFrame = listener;
          hardware.receive(copyOf(channel), timeoutMs);
          return OK;
        },
        clear(channel, done) {
          if (isRadioBusy()) return BUSY;
          const result = checkChannel(channel);
          if (result !== OK) return result;
          onSensed = done;
          hardware.sense(copyOf(channel));
          return OK;
        },
      },
      ble,
      modem,
    };
  }

  return {
    boot(power) {
      battery = power.batteryPercent;
      program(boardOf(power));
    },
    timer(id) {
      const fire = timers.get(id);
      timers.delete(id);
      fire?.();
    },
    samples(values, count) {
      for (let i = 0; i < 3 * count; i++) samplesInto[i] = values[i];
      onBatch?.(count);
    },
    button: (pressed) => onButton?.(pressed),
    sent() {
      const listener = onSent;
      onSent = undefined;
      listener?.();
    },
    received(frame) {
      const listener = onFrame;
      onFrame = undefined;
      if (frame !== undefined) for (let i = 0; i < frame.length && i < frameInto.length; i++) frameInto[i] = frame[i];
      listener?.(frame === undefined ? MISSING : frame.length);
    },
    sensed(clear) {
      const listener = onSensed;
      onSensed = undefined;
      listener?.(clear);
    },
    battery(percent) {
      battery = percent;
    },
    ...bleEvents,
    ...modemEvents,
  };
}

/** The program may change its channel before the frame has ended. */
const copyOf = (channel: LoraChannel): LoraChannel => ({ ...channel });
