/**
 * The board link: a `Board` made of events in and effects out, for every runtime that the host drives by text (Lua and JavaScript
 * engines, the emulated board, a board on a desk).
 *
 * The host hands one event line to `receive` and gets the effects back, a line each, the last one `.`. All words are decimal but
 * where said otherwise; `t` is the uptime in milliseconds; octets and samples are in the sextets of `line.ts`.
 *
 *   events   F t address octets                      part of the flash image, of up to 256 octets, before boot
 *            B t seed epoch flashSize sectorSize battery   boot; epoch: bits of unsigned seconds; battery: percent
 *            T t id                                  a timer is due
 *            A t samples                             accelerometer batch
 *            P t 0|1                                 button up, down
 *            D t                                     transmission done
 *            R t octets                              a frame was heard; without octets: the window has closed
 *            Y t 0|1                                 somebody sends on the channel, or nobody does
 *            V t percent                             battery
 *            C t epoch                               the time was set
 *   effects  t id delay | c id                       set, cancel a timer
 *            x frequency sf power octets [width]     transmit; width: kHz, where it is not 125
 *            r frequency sf timeout [width]          receive
 *            y frequency sf [width]                  hear whether nobody sends
 *            p address octets | e sector             program, erase flash
 *            h on off times                          haptic
 *            a rate range watermark | z              start, stop the accelerometer
 *            l event value                           log
 *            .                                       idle
 *
 * `ble.ts` and `modem.ts` have the lines of theirs.
 */
import type { Ble } from "../board/ble.ts";
import type { Board } from "../board/board.ts";
import type { Flash } from "../board/flash.ts";
import type { LoraChannel } from "../board/lora.ts";
import type { Modem } from "../board/modem.ts";
import { allocBytes, type Bytes, charCode, decimal, type Ints, idiv } from "../lang/intrinsics.ts";
import { type Prng, prng } from "../lang/prng.ts";
import { BUSY, MISSING, OK } from "../lang/result.ts";
import { checkAccelerometer, checkChannel, checkTransmit } from "./limits.ts";
import { lineReader, sextets } from "./line.ts";
import { norFlash } from "./nor.ts";
import type { LinkPartMaker } from "./part.ts";

/** Longest piece of the flash image in one line. */
const PIECE_BYTES = 256;
const KIND_ACCELEROMETER = 65;
const KIND_BOOT = 66;
const KIND_TIME_SET = 67;
const KIND_SENT = 68;
const KIND_FLASH = 70;
const KIND_BUTTON = 80;
const KIND_RECEIVED = 82;
const KIND_TIMER = 84;
const KIND_BATTERY = 86;
const KIND_SENSED = 89;

/** Words of a channel. */
function tuning(channel: LoraChannel): string {
  return `${decimal(channel.frequencyHz)} ${decimal(channel.spreadingFactor)}`;
}

/** The last word of a channel, where there is one. */
function width(channel: LoraChannel): string {
  const khz = channel.bandwidthKhz;
  return khz === undefined || khz === 125 ? "" : ` ${decimal(khz)}`;
}

interface Timer {
  readonly id: number;
  readonly fire: () => void;
}

/** Parts that only some devices have lines for. */
export interface LinkParts {
  readonly ble?: LinkPartMaker<Ble>;
  readonly modem?: LinkPartMaker<Modem>;
}

/**
 * Runs a program behind the link. The result takes an event line and answers the effect lines. A board with a flash of its own hands
 * it over with each line; it must be as large as the one that the host boots with. Where there is none the link makes one.
 */
export function runOnLink(program: (board: Board) => void, parts: LinkParts = {}): (line: string, ownFlash?: Flash) => string {
  const reader = lineReader();
  const nothing = allocBytes(0);
  let effects = "";
  let uptime = 0;
  let epoch = 0;
  let epochSetAt = 0;
  let battery = 100;
  let random: Prng = prng(1);

  const timers: Timer[] = [];
  let timersUsed = 0;
  let lastTimer = 0;

  let samples: Ints = nothing;
  let onBatch: ((count: number) => void) | undefined;
  let onButton: ((pressed: boolean) => void) | undefined;
  let onSent: (() => void) | undefined;
  let onSensed: ((clear: boolean) => void) | undefined;
  let onFrame: ((length: number) => void) | undefined;
  let frame: Bytes = nothing;
  // The lines of the flash image that came before boot, where there is no flash yet; forgotten once they are on it.
  let image: string[] = [];

  function effect(text: string): void {
    effects = `${effects}${text}\n`;
  }

  const ble = parts.ble === undefined ? undefined : parts.ble(reader, effect);
  const modem = parts.modem === undefined ? undefined : parts.modem(reader, effect);

  function isRadioBusy(): boolean {
    return onSent !== undefined || onFrame !== undefined || onSensed !== undefined;
  }

  function takeTimer(id: number): (() => void) | undefined {
    for (let i = 0; i < timersUsed; i++) {
      const timer = timers[i];
      if (timer.id === id) {
        timersUsed -= 1;
        timers[i] = timers[timersUsed];
        return timer.fire;
      }
    }
    return undefined;
  }

  function after(delayMs: number, fire: () => void): number {
    lastTimer += 1;
    const timer = { id: lastTimer, fire };
    if (timersUsed < timers.length) timers[timersUsed] = timer;
    else timers.push(timer);
    timersUsed += 1;
    effect(`t ${decimal(lastTimer)} ${decimal(delayMs)}`);
    return lastTimer;
  }

  /** Programs a piece of the image. The buffer is garbage when the device program begins. */
  function loadPiece(flash: Flash, line: string): void {
    const piece = allocBytes(PIECE_BYTES);
    reader.begin(line);
    reader.int();
    const address = reader.int();
    flash.program(address, piece, 0, reader.octets(piece));
  }

  function madeFlash(sizeBytes: number, sectorBytes: number): Flash {
    const flash = norFlash(sizeBytes, sectorBytes);
    for (const line of image) loadPiece(flash, line);
    image = [];
    return flash;
  }

  /** The flash with the host told of each change. */
  function told(flash: Flash): Flash {
    return {
      sizeBytes: flash.sizeBytes,
      sectorBytes: flash.sectorBytes,
      read: flash.read,
      program: (address, from, at, length) => {
        const result = flash.program(address, from, at, length);
        if (result === OK) effect(`p ${decimal(address)} ${sextets(from, at, length)}`);
        return result;
      },
      erase: (sector) => {
        const result = flash.erase(sector);
        if (result === OK) effect(`e ${decimal(sector)}`);
        return result;
      },
    };
  }

  function boot(ownFlash: Flash | undefined): void {
    random = prng(reader.int());
    epoch = reader.int();
    epochSetAt = uptime;
    const sizeBytes = reader.int();
    const sectorBytes = reader.int();
    battery = reader.int();
    const flash = told(ownFlash === undefined ? madeFlash(sizeBytes, sectorBytes) : ownFlash);

    program({
      clock: {
        uptimeMs: () => uptime,
        epochSeconds: () => secondsNow(),
      },
      timers: {
        after,
        cancel: (id) => {
          if (takeTimer(id) !== undefined) effect(`c ${decimal(id)}`);
        },
      },
      random: { next: () => random() },
      flash,
      log: { event: (event, value) => effect(`l ${decimal(event)} ${decimal(value)}`) },
      accelerometer: {
        start: (settings, into, listener) => {
          const result = checkAccelerometer(settings);
          if (result !== OK) return result;
          samples = into;
          onBatch = listener;
          effect(`a ${decimal(settings.rateHz)} ${decimal(settings.rangeG)} ${decimal(settings.watermark)}`);
          return OK;
        },
        stop: () => {
          onBatch = undefined;
          effect("z");
        },
      },
      battery: { levelPercent: () => battery },
      button: {
        onChange: (listener) => {
          onButton = listener;
        },
      },
      haptic: { buzz: (onMs, offMs, times) => effect(`h ${decimal(onMs)} ${decimal(offMs)} ${decimal(times)}`) },
      lora: {
        transmit: (octets, length, channel, powerDbm, onDone) => {
          if (isRadioBusy()) return BUSY;
          const result = checkTransmit(length, channel, powerDbm);
          if (result !== OK) return result;
          onSent = onDone;
          effect(`x ${tuning(channel)} ${decimal(powerDbm)} ${sextets(octets, 0, length)}${width(channel)}`);
          return OK;
        },
        receive: (into, channel, timeoutMs, listener) => {
          if (isRadioBusy()) return BUSY;
          const result = checkChannel(channel);
          if (result !== OK) return result;
          frame = into;
          onFrame = listener;
          effect(`r ${tuning(channel)} ${decimal(timeoutMs)}${width(channel)}`);
          return OK;
        },
        clear: (channel, done) => {
          if (isRadioBusy()) return BUSY;
          const result = checkChannel(channel);
          if (result !== OK) return result;
          onSensed = done;
          effect(`y ${tuning(channel)}${width(channel)}`);
          return OK;
        },
      },
      ble: ble === undefined ? undefined : ble.capability,
      modem: modem === undefined ? undefined : modem.capability,
    });
  }

  /** The seconds have advanced by whole seconds of uptime since they were set. */
  function secondsNow(): number {
    return epoch === 0 ? 0 : (epoch + idiv((uptime - epochSetAt) | 0, 1000)) | 0;
  }

  function handle(kind: number, line: string, ownFlash: Flash | undefined): void {
    if (kind === KIND_ACCELEROMETER) {
      const listener = onBatch;
      if (listener !== undefined) listener(idiv(reader.samples(samples), 3));
    } else if (kind === KIND_TIMER) {
      const fire = takeTimer(reader.int());
      if (fire !== undefined) fire();
    } else if (kind === KIND_SENT) {
      const listener = onSent;
      onSent = undefined;
      if (listener !== undefined) listener();
    } else if (kind === KIND_RECEIVED) {
      const listener = onFrame;
      onFrame = undefined;
      const length = reader.octets(frame);
      if (listener !== undefined) listener(length === 0 ? MISSING : length);
    } else if (kind === KIND_SENSED) {
      const listener = onSensed;
      onSensed = undefined;
      const clear = reader.int() === 1;
      if (listener !== undefined) listener(clear);
    } else if (kind === KIND_BUTTON) {
      const pressed = reader.int() === 1;
      if (onButton !== undefined) onButton(pressed);
    } else if (kind === KIND_BATTERY) {
      battery = reader.int();
    } else if (kind === KIND_TIME_SET) {
      epoch = reader.int();
      epochSetAt = uptime;
    } else if (kind === KIND_FLASH) {
      if (ownFlash === undefined) image.push(line);
      else loadPiece(ownFlash, line);
    } else if (kind === KIND_BOOT) {
      boot(ownFlash);
    } else {
      if (ble !== undefined) ble.handle(kind);
      if (modem !== undefined) modem.handle(kind);
    }
  }

  return (line, ownFlash) => {
    effects = "";
    reader.begin(line);
    uptime = reader.int();
    handle(charCode(line, 0), line, ownFlash);
    return `${effects}.`;
  };
}
