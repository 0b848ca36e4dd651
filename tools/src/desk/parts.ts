/** The parts on the desk, as johnny-five reaches them over Firmata: MPU-6050, push button, LED. */
import { setTimeout as pause } from "node:timers/promises";
import { BoardFault } from "./board-fault.ts";
import * as mpu6050 from "./mpu6050.ts";
import type { Port } from "./port.ts";
import { wire } from "./wire.ts";

/** An Arduino resets when its port is opened, and its boot loader waits two seconds. */
const ASK_AGAIN_MS = 1000;
const HANDSHAKE_MS = 5000;
/** How long the last message may take. */
const FAREWELL_MS = 500;
/** Messages of 1-Wire. None is asked for, and firmata-io prints garbled ones. */
const ONE_WIRE = [0x42, 0x43, 0x45, 0x73];
/** Firmata's SYSTEM_RESET: outputs low, reading and reporting off. */
const SYSTEM_RESET = Uint8Array.of(0xff);

/** What hangs where. */
export interface Wiring {
  readonly pins: { readonly button: number; readonly haptic: number };
  readonly accelerometer: {
    /** On the I2C bus. */
    readonly address: number;
    /** For x, y, z of the body part: which axis of the accelerometer, 1 to 3, negative when it points the other way. */
    readonly axes: readonly number[];
  };
}

export interface Parts {
  /** Reads the accelerometer at this rate, from now on. */
  sample(rateHz: number, rangeG: number): void;
  stopSampling(): void;
  vibrate(on: boolean): void;
  /** Has the board say where its button stands; one that lives answers. */
  ask(): void;
  close(): Promise<void>;
}

/** What the parts have to tell. */
export interface PartsListener {
  /** Anything has come. */
  heard(): void;
  /** The octets of one reading of the accelerometer, as they came. */
  reading(octets: readonly number[]): void;
  /** As the button reports; may repeat itself. */
  button(pressed: boolean): void;
  gone(): void;
}

/** Shakes hands with the board. Throws `BoardFault` when it does not speak Firmata or has no such pins. */
export async function openParts(port: Port, { pins, accelerometer }: Wiring, tell: PartsListener): Promise<Parts> {
  const { default: firmata } = await import("firmata-io");
  const { default: five } = await import("johnny-five");
  const { stream } = port;
  const { address } = accelerometer;
  const transport = wire(stream, tell.heard);
  const io = new firmata.Firmata(transport, { reportVersionTimeout: ASK_AGAIN_MS });
  for (const command of ONE_WIRE) io.clearSysexResponse(command);
  for (const event of ["close", "error"]) stream.on(event, tell.gone);

  const ready = new Promise<boolean>((resolve) => {
    io.once("ready", () => resolve(true));
    stream.once("close", () => resolve(false));
  });
  if (!(await within(HANDSHAKE_MS, ready))) {
    throw new BoardFault(`The board on ${port.name} does not answer; is StandardFirmata on it, at 57600 baud?`);
  }
  for (const [part, pin] of Object.entries(pins)) {
    if (io.pins[pin] === undefined || io.pins[pin].supportedModes.length === 0) {
      throw new BoardFault(
        `The board on ${port.name} has no pin ${pin} for its ${part}; its firmware names ${io.pins.length} pins.`,
      );
    }
  }

  const board = new five.Board({ io, repl: false, debug: false, sigint: false });
  board.on("error", tell.gone);
  await new Promise((resolve) => board.once("ready", resolve));
  const led = new five.Led({ board, pin: pins.haptic });
  // A switch, not a button: five.Button keeps an interval running while it is down.
  const button = new five.Switch({ board, pin: pins.button });
  button.on("close", () => tell.button(true));
  button.on("open", () => tell.button(false));

  return {
    // Not five.Accelerometer: it tells the mean of five readings, which levels the impact of a fall.
    sample(rateHz, rangeG) {
      io.setSamplingInterval(Math.round(1000 / rateHz));
      io.i2cConfig({ address });
      io.i2cWrite(address, mpu6050.POWER_MANAGEMENT, [0]);
      io.i2cWrite(address, mpu6050.ACCELEROMETER_CONFIGURATION, [mpu6050.fullScale(rangeG)]);
      io.i2cRead(address, mpu6050.ACCELEROMETER_OUT, mpu6050.READING_BYTES, tell.reading);
    },
    stopSampling: () => io.i2cStop(address),
    vibrate: (on) => (on ? led.on() : led.off()),
    ask: () => io.reportDigitalPin(pins.button, 1),
    async close() {
      stream.removeListener("close", tell.gone);
      if (stream.writable) await within(FAREWELL_MS, new Promise((resolve) => stream.write(SYSTEM_RESET, resolve)));
    },
  };
}

/** What comes of `promise`, or `undefined` when it takes longer than `ms`. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const waiting = new AbortController();
  const late = pause(ms, undefined, { signal: waiting.signal }).catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    waiting.abort();
  }
}
