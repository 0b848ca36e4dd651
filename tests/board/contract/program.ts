// Portable TypeScript: the promises of `Board` (sdk/src/board), tried by a device program. `promises.ts` has the sentence of each
// number; the log says 1 for a promise that was kept, 0 for one that was not.
import type { Accelerometer } from "@songbai/sdk/board/accelerometer";
import type { Board } from "@songbai/sdk/board/board";
import type { Flash } from "@songbai/sdk/board/flash";
import type { Lora } from "@songbai/sdk/board/lora";
import { allocBytes, allocInts, idiv } from "@songbai/sdk/lang/intrinsics";
import { BUSY, MISSING, NOT_BLANK, OK, OUT_OF_RANGE } from "@songbai/sdk/lang/result";

const CLOCK_STANDS = 1;
const CLOCK_ADVANCES = 2;
const TIMERS_IN_ORDER = 3;
const TIMERS_CANCEL = 4;
const TIMERS_IDS = 5;
const RANDOM_DIFFERS = 6;
const BATTERY_RANGE = 7;
const FLASH_BLANK = 10;
const FLASH_READ_BACK = 11;
const FLASH_NOT_BLANK = 12;
const FLASH_CLEARS_BITS = 13;
const FLASH_RANGE = 14;
const FLASH_ACROSS_SECTORS = 15;
const FLASH_ERASE = 16;
const ACCELEROMETER_RANGE = 20;
const ACCELEROMETER_COUNT = 21;
const ACCELEROMETER_STOPS = 22;
const LORA_RANGE = 30;
const LORA_BUSY = 31;
const LORA_SENT = 32;
const LORA_TIMEOUT = 33;
const LORA_HEARD = 34;
const LORA_CLEAR = 35;
const EPOCH = 40;

/** Not promises but what the host compares with what it did. */
const SAMPLE = 100;
const PRESSED = 101;

const WATERMARK = 5;

export function program(board: Board): void {
  const { clock, timers, random, flash, log, accelerometer, battery, button, haptic, lora } = board;

  function promise(number: number, kept: boolean): void {
    log.event(number, kept ? 1 : 0);
  }

  function tryTimers(): void {
    const bootMs = clock.uptimeMs();
    promise(CLOCK_STANDS, bootMs === clock.uptimeMs());
    // Each timer writes its digit: 4 is due at once, 2 and 3 together, 1 last; 5 is cancelled.
    let order = 0;
    const first = timers.after(200, () => {
      order = order * 10 + 1;
    });
    timers.after(100, () => {
      order = order * 10 + 2;
    });
    const fired = timers.after(100, () => {
      order = order * 10 + 3;
    });
    timers.after(0, () => {
      order = order * 10 + 4;
    });
    const cancelled = timers.after(150, () => {
      order = order * 10 + 5;
    });
    promise(TIMERS_IDS, first > 0 && fired !== first && cancelled !== fired);
    timers.cancel(cancelled);
    timers.cancel(0);
    timers.cancel(987654);
    timers.after(400, () => {
      timers.cancel(fired);
      promise(TIMERS_IN_ORDER, order === 4231);
      promise(TIMERS_CANCEL, order < 10000);
      promise(CLOCK_ADVANCES, ((clock.uptimeMs() - bootMs) | 0) >= 400);
      promise(EPOCH, clock.epochSeconds() === 0 || clock.epochSeconds() > 1600000000 || clock.epochSeconds() < 0);
    });
  }

  tryTimers();
  const draws = [random.next(), random.next(), random.next(), random.next()];
  promise(RANDOM_DIFFERS, draws[0] !== draws[1] || draws[1] !== draws[2] || draws[2] !== draws[3]);
  if (battery !== undefined) promise(BATTERY_RANGE, battery.levelPercent() >= 0 && battery.levelPercent() <= 100);
  tryFlash(flash, promise);
  if (accelerometer !== undefined) tryAccelerometer(accelerometer, board, promise);
  if (button !== undefined) button.onChange((pressed) => log.event(PRESSED, pressed ? 1 : 0));
  if (haptic !== undefined) haptic.buzz(100, 100, 3);
  if (lora !== undefined) tryLora(lora, promise);
}

type Promised = (number: number, kept: boolean) => void;

function tryFlash(flash: Flash, promise: Promised): void {
  const { sizeBytes, sectorBytes } = flash;
  const from = allocBytes(8);
  const into = allocBytes(8);

  function holds(address: number, first: number, second: number): boolean {
    return flash.read(address, into, 1, 2) === OK && into[1] === first && into[2] === second;
  }

  flash.erase(1);
  flash.erase(2);
  promise(FLASH_BLANK, holds(sectorBytes, 255, 255));
  from[2] = 0x5a;
  from[3] = 0xf0;
  promise(FLASH_READ_BACK, flash.program(sectorBytes + 3, from, 2, 2) === OK && holds(sectorBytes + 3, 0x5a, 0xf0));
  from[2] = 0x10;
  from[3] = 0xff;
  const refused = flash.program(sectorBytes + 3, from, 2, 2) === NOT_BLANK;
  promise(FLASH_NOT_BLANK, refused && holds(sectorBytes + 3, 0x5a, 0xf0));
  from[3] = 0x30;
  promise(FLASH_CLEARS_BITS, flash.program(sectorBytes + 3, from, 2, 2) === OK && holds(sectorBytes + 3, 0x10, 0x30));

  const sectors = idiv(sizeBytes, sectorBytes);
  const outside =
    flash.read(-1, into, 0, 1) === OUT_OF_RANGE &&
    flash.read(sizeBytes - 1, into, 0, 2) === OUT_OF_RANGE &&
    flash.program(sizeBytes, from, 0, 1) === OUT_OF_RANGE &&
    flash.erase(sectors) === OUT_OF_RANGE &&
    flash.erase(-1) === OUT_OF_RANGE;
  promise(FLASH_RANGE, outside && flash.read(sizeBytes - 2, into, 0, 2) === OK);

  from[2] = 1;
  from[3] = 2;
  const across = flash.program(2 * sectorBytes - 1, from, 2, 2) === OK && holds(2 * sectorBytes - 1, 1, 2);
  promise(FLASH_ACROSS_SECTORS, across);
  promise(FLASH_ERASE, flash.erase(1) === OK && holds(sectorBytes + 3, 255, 255) && holds(2 * sectorBytes - 1, 255, 2));
}

function tryAccelerometer(accelerometer: Accelerometer, board: Board, promise: Promised): void {
  const samples = allocInts(3 * WATERMARK);
  let stopped = false;

  function refused(rateHz: number, rangeG: number, watermark: number): boolean {
    return accelerometer.start({ rateHz, rangeG, watermark }, samples, () => {}) === OUT_OF_RANGE;
  }

  promise(ACCELEROMETER_RANGE, refused(0, 4, 5) && refused(50, 3, 5) && refused(50, 4, 0) && refused(50, 4, 171));
  accelerometer.start({ rateHz: 50, rangeG: 4, watermark: WATERMARK }, samples, (count) => {
    promise(ACCELEROMETER_COUNT, count === WATERMARK);
    promise(ACCELEROMETER_STOPS, !stopped);
    for (let i = 0; i < 3 * WATERMARK; i++) board.log.event(SAMPLE, samples[i]);
    accelerometer.stop();
    stopped = true;
  });
}

function tryLora(lora: Lora, promise: Promised): void {
  const frame = allocBytes(255);
  const channel = { frequencyHz: 470300000, spreadingFactor: 9 };
  const wide = { frequencyHz: 500000000, spreadingFactor: 12, bandwidthKhz: 500 };
  const ignore = () => {};

  function heard(length: number): void {
    promise(LORA_HEARD, length === 3 && frame[0] === 1 && frame[1] === 128 && frame[2] === 255);
  }

  function silent(length: number): void {
    promise(LORA_TIMEOUT, length === MISSING);
    hearFirst();
  }

  function listen(clear: boolean): void {
    promise(LORA_CLEAR, clear);
    lora.receive(frame, wide, 1000, heard);
  }

  function hearFirst(): void {
    if (lora.clear === undefined) {
      listen(true);
      return;
    }
    const outside = lora.clear({ frequencyHz: 470300000, spreadingFactor: 9, bandwidthKhz: 200 }, ignore) === OUT_OF_RANGE;
    const first = lora.clear(wide, listen);
    const busy = lora.clear(wide, ignore) === BUSY && lora.receive(frame, channel, 300, ignore) === BUSY;
    promise(LORA_CLEAR, outside && first === OK && busy && lora.transmit(frame, 4, channel, 14, ignore) === BUSY);
  }

  function sent(): void {
    promise(LORA_SENT, lora.receive(frame, channel, 300, silent) === OK);
  }

  const outside =
    lora.transmit(frame, 0, channel, 14, ignore) === OUT_OF_RANGE &&
    lora.transmit(frame, 256, channel, 14, ignore) === OUT_OF_RANGE &&
    lora.transmit(frame, 4, channel, 23, ignore) === OUT_OF_RANGE &&
    lora.transmit(frame, 4, { frequencyHz: 470300000, spreadingFactor: 13 }, 14, ignore) === OUT_OF_RANGE &&
    lora.receive(frame, { frequencyHz: 470300000, spreadingFactor: 6 }, 300, ignore) === OUT_OF_RANGE;
  promise(LORA_RANGE, outside);
  frame[0] = 64;
  const first = lora.transmit(frame, 4, channel, 14, sent);
  const busy = lora.transmit(frame, 4, channel, 14, ignore) === BUSY && lora.receive(frame, channel, 300, ignore) === BUSY;
  promise(LORA_BUSY, first === OK && busy);
}
