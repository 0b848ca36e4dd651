/**
 * An Arduino Uno with StandardFirmata 2.5, as the host sees it at the end of a stream: an MPU-6050 on its I2C bus that feels a
 * motion, a button against ground, a motor. After github.com/firmata/protocol (protocol.md, i2c.md).
 */
import { Duplex } from "node:stream";
import type { Motion } from "@songbai/sim/world/motion";
import type { Port } from "@songbai/tools/desk/port";

const [INPUT, OUTPUT, ANALOG, PWM, I2C, PULLUP] = [0, 1, 2, 3, 6, 11];
const PINS = 20;
const PWM_PINS = [3, 5, 6, 9, 10, 11];
const I2C_PINS = [18, 19];
const FIRST_ANALOG_PIN = 14;
const START_SYSEX = 0xf0;
const END_SYSEX = 0xf7;
/** Octets of a message by its first one, with the channel in the low half masked where there is one. */
const LENGTHS: Record<number, number> = { 144: 3, 224: 3, 192: 2, 208: 2, 244: 3, 245: 3, 249: 1, 255: 1 };

export interface FirmataPeerOptions {
  /** While it has no samples the part does not answer, as if it were not on the bus. */
  readonly motion?: Motion;
  /** How the part lies on the wrist: the axes of the part from those of the body part. */
  readonly mounted?: (mg: Int32Array) => readonly number[];
  readonly buttonPin?: number;
  readonly motorPin?: number;
  /** Calls `task` every `ms`, and answers what stops it. */
  readonly every?: (ms: number, task: () => void) => () => void;
}

export interface FirmataPeer {
  readonly port: Port;
  press(down: boolean): void;
  readonly motor: () => boolean;
  /** How often the motor has been switched on. */
  readonly buzzes: () => number;
  /** Whether the host has reset the board at its end. */
  readonly reset: () => boolean;
  /** Says nothing any more. */
  hang(): void;
  unplug(): void;
  /** What becomes of the octets on their way to the host. */
  garble(change: (octet: number) => number): void;
}

export function firmataPeer(options: FirmataPeerOptions = {}): FirmataPeer {
  const { buttonPin = 2, motorPin = 13, every = wallEvery } = options;
  const part = mpu6050(options.motion ?? AT_REST, options.mounted ?? ((mg) => [...mg]));
  const modes = new Uint8Array(PINS);
  const levels = new Uint8Array(PINS);
  const reporting = new Set<number>();
  let message: number[] = [];
  let hung = false;
  let wasReset = false;
  let buzzes = 0;
  let change = (octet: number) => octet;
  let intervalMs = 19;
  let continuous: { readonly register: number; readonly count: number } | undefined;
  let stopReading = () => {};

  // Never an answer from within the host's own write: firmata-io would re-enter its parser.
  const later = (task: () => void) => void setImmediate(task);
  const stream = new Duplex({
    read() {},
    write(octets: Buffer, _encoding, done) {
      later(() => {
        for (const octet of octets) take(octet);
        done();
      });
    },
  });

  function say(...octets: number[]): void {
    if (hung || stream.destroyed) return;
    const changed = Buffer.from(octets.map((octet) => change(octet)));
    later(() => stream.destroyed || stream.push(changed));
  }

  const halves = (value: number) => [value & 0x7f, (value >> 7) & 0x7f];
  const saySysex = (...octets: number[]) => say(START_SYSEX, ...octets, END_SYSEX);
  const sayVersion = () => say(0xf9, 2, 5);
  const sayFirmware = () => saySysex(0x79, 2, 5, ...[...Buffer.from("StandardFirmata.ino")].flatMap(halves));

  function sayPort(port: number): void {
    let value = 0;
    for (let bit = 0; bit < 8; bit++) {
      const pin = 8 * port + bit;
      if (modes[pin] === INPUT || modes[pin] === PULLUP) value |= levels[pin] << bit;
    }
    say(0x90 | port, ...halves(value));
  }

  function capabilities(pin: number): number[] {
    if (pin < 2) return [0x7f];
    const can = [INPUT, 1, PULLUP, 1, OUTPUT, 1];
    if (pin >= FIRST_ANALOG_PIN) can.push(ANALOG, 10);
    if (PWM_PINS.includes(pin)) can.push(PWM, 8);
    if (I2C_PINS.includes(pin)) can.push(I2C, 1);
    return [...can, 0x7f];
  }

  function sayReading(register: number, count: number): void {
    const octets = part.read(register, count);
    if (octets === undefined) return;
    saySysex(0x77, ...halves(MPU6050_ADDRESS), ...halves(register), ...octets.flatMap(halves));
  }

  function restartReading(): void {
    stopReading();
    stopReading = every(intervalMs, () => {
      part.passed(intervalMs * 1000);
      if (continuous !== undefined) sayReading(continuous.register, continuous.count);
    });
  }

  function onI2c(address: number, mode: number, octets: readonly number[]): void {
    if (address !== MPU6050_ADDRESS) return;
    const values = octets.flatMap((low, index) => (index % 2 === 0 ? [low | (octets[index + 1] << 7)] : []));
    switch ((mode >> 3) & 3) {
      case 0:
        part.write(values[0], values.slice(1));
        break;
      case 1:
        sayReading(values[0], values[1]);
        break;
      case 2:
        continuous = { register: values[0], count: values[1] };
        restartReading();
        break;
      default:
        continuous = undefined;
    }
  }

  function onSysex([command, ...octets]: readonly number[]): void {
    const pins = Array.from({ length: PINS }, (_, pin) => pin);
    if (command === 0x79) sayFirmware();
    if (command === 0x6b) saySysex(0x6c, ...pins.flatMap(capabilities));
    if (command === 0x69) saySysex(0x6a, ...pins.map((pin) => (pin < FIRST_ANALOG_PIN ? 0x7f : pin - FIRST_ANALOG_PIN)));
    if (command === 0x6d) saySysex(0x6e, octets[0], modes[octets[0]], levels[octets[0]]);
    if (command === 0x76) onI2c(octets[0], octets[1], octets.slice(2));
    if (command === 0x7a) {
      intervalMs = octets[0] | (octets[1] << 7);
      if (continuous !== undefined) restartReading();
    }
  }

  function drive(pin: number, level: number): void {
    if (modes[pin] === OUTPUT || modes[pin] === PWM) {
      if (pin === motorPin && level !== 0 && levels[pin] === 0) buzzes++;
      levels[pin] = level === 0 ? 0 : 1;
    } else if (level !== 0) {
      // Writing high to an input pulls it up.
      modes[pin] = PULLUP;
    }
  }

  function onMessage([first, ...octets]: readonly number[]): void {
    const channel = first & 0x0f;
    const value = octets[0] | (octets[1] << 7);
    if (first === 0xf9) sayVersion();
    else if (first === 0xff) {
      wasReset = true;
      levels[motorPin] = 0;
      stopReading();
    } else if (first === 0xf4) {
      modes[octets[0]] = octets[1];
      if (octets[1] === INPUT || octets[1] === PULLUP) levels[octets[0]] = 1;
    } else if (first >> 4 === 0x9) {
      for (let bit = 0; bit < 8; bit++) if (8 * channel + bit < PINS) drive(8 * channel + bit, (value >> bit) & 1);
    } else if (first >> 4 === 0xe) drive(channel, value);
    else if (first >> 4 === 0xd) {
      if (octets[0] === 0) reporting.delete(channel);
      else reporting.add(channel);
      if (octets[0] !== 0) sayPort(channel);
    }
  }

  function take(octet: number): void {
    if (octet >= 0x80 && octet !== END_SYSEX) message = [];
    message.push(octet);
    const [first] = message;
    if (first === START_SYSEX) {
      if (octet === END_SYSEX) onSysex(message.splice(0).slice(1, -1));
    } else if (message.length === LENGTHS[first < START_SYSEX ? first & 0xf0 : first]) {
      onMessage(message.splice(0));
    }
  }

  // As after the reset that opening its port gives it.
  later(() => {
    sayVersion();
    sayFirmware();
  });

  return {
    port: {
      name: "the test's port",
      stream,
      close: async () => {
        stopReading();
        stream.destroy();
      },
    },
    press(down) {
      levels[buttonPin] = down ? 0 : 1;
      if (reporting.has(buttonPin >> 3)) sayPort(buttonPin >> 3);
    },
    motor: () => levels[motorPin] === 1,
    buzzes: () => buzzes,
    reset: () => wasReset,
    hang() {
      hung = true;
    },
    unplug() {
      stopReading();
      stream.destroy();
    },
    garble(next) {
      change = next;
    },
  };
}

const MPU6050_ADDRESS = 0x68;
const [POWER_MANAGEMENT, CONFIGURATION, OUT] = [0x6b, 0x1c, 0x3b];

/** The registers of an MPU-6050 that feels a motion: RM-MPU-6000A. It wakes up asleep. */
function mpu6050(motion: Motion, mounted: (mg: Int32Array) => readonly number[]) {
  const registers = new Uint8Array(128);
  registers[POWER_MANAGEMENT] = 0x40;
  const mg = new Int32Array(3);
  let nowUs = 0;

  /** Answers whether the part does. */
  function measure(): boolean {
    if ((registers[POWER_MANAGEMENT] & 0x40) !== 0) return true;
    if (motion.fill(nowUs, 1, 1, mg) === 0) return false;
    const perG = 0x4000 >> ((registers[CONFIGURATION] >> 3) & 3);
    for (const [axis, value] of mounted(mg).entries()) {
      const raw = Math.max(-0x8000, Math.min(0x7fff, Math.round((value * perG) / 1000)));
      registers[OUT + 2 * axis] = (raw >> 8) & 0xff;
      registers[OUT + 2 * axis + 1] = raw & 0xff;
    }
    return true;
  }

  return {
    passed(us: number) {
      nowUs += us;
    },
    write(register: number, values: readonly number[]) {
      registers.set(values, register);
    },
    read(register: number, count: number): number[] | undefined {
      return measure() ? [...registers.subarray(register, register + count)] : undefined;
    },
  };
}

const AT_REST: Motion = {
  fill(_startUs, _periodUs, count, into) {
    for (let i = 0; i < count; i++) into.set([0, 0, 1000], 3 * i);
    return count;
  },
};

function wallEvery(ms: number, task: () => void): () => void {
  const timer = setInterval(task, ms);
  return () => clearInterval(timer);
}
