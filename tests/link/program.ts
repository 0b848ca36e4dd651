// Portable TypeScript: a program behind the board link that does what the test's lines ask for by buttons, batteries and timers.

import { allocBytes, allocInts } from "@songbai/sdk/lang/intrinsics";
import { runOnLink } from "@songbai/sdk/link/link";

const PRESSED = 100;
const SAMPLES = 101;
const HEARD = 102;
const SENT = 103;
const TIMER = 104;
const RESULT = 105;
const BATTERY = 106;
const TIME = 107;
const RANDOM = 108;
const FLASH = 109;
const CLEAR = 110;

/** Button down: everything that has an effect, once. Button up: what the board knows. */
export const receive = runOnLink((board) => {
  const { clock, timers, random, flash, log, accelerometer, battery, button, haptic, lora } = board;
  if (accelerometer === undefined || button === undefined || haptic === undefined || lora === undefined) return;
  const samples = allocInts(6);
  const frame = allocBytes(255);
  const channel = { frequencyHz: 470300000, spreadingFactor: 9 };
  const wide = { frequencyHz: 500000000, spreadingFactor: 7, bandwidthKhz: 500 };

  function listen(): void {
    if (lora === undefined) return;
    const result = lora.receive(frame, channel, 300, (length) => {
      log.event(HEARD, length);
      if (length > 0) log.event(HEARD, frame[0] * 65536 + frame[length - 1]);
    });
    log.event(RESULT, result);
  }

  function act(): void {
    if (accelerometer === undefined || haptic === undefined || lora === undefined) return;
    const settings = { rateHz: 50, rangeG: 8, watermark: 2 };
    accelerometer.start(settings, samples, (count) => {
      log.event(SAMPLES, count);
      for (let i = 0; i < 3 * count; i++) log.event(SAMPLES, samples[i]);
    });
    haptic.buzz(400, 600, 20);
    timers.after(1000, () => log.event(TIMER, 1));
    timers.cancel(timers.after(2000, () => log.event(TIMER, 2)));
    frame[0] = 1;
    frame[1] = 255;
    log.event(RESULT, flash.program(4096, frame, 0, 2));
    log.event(RESULT, flash.program(4096, allocBytes(1), 0, 1));
    frame[0] = 3;
    log.event(RESULT, flash.program(4096, frame, 0, 1));
    log.event(RESULT, flash.erase(1));
    log.event(RESULT, flash.erase(99));
    log.event(RESULT, lora.transmit(frame, 2, channel, 14, listenLater));
    log.event(RESULT, lora.transmit(frame, 2, channel, 14, listenLater));
    listen();
  }

  function listenLater(): void {
    log.event(SENT, clock.uptimeMs());
    listen();
  }

  /** Listens first, and sends where nobody does. */
  function onClear(clear: boolean): void {
    log.event(CLEAR, clear ? 1 : 0);
    if (lora === undefined) return;
    if (clear) lora.transmit(frame, 1, wide, 14, listenLater);
    else lora.receive(frame, wide, 300, (length) => log.event(HEARD, length));
  }

  function hearFirst(): void {
    if (lora === undefined || lora.clear === undefined) return;
    log.event(RESULT, lora.clear({ frequencyHz: 470300000, spreadingFactor: 9, bandwidthKhz: 200 }, onClear));
    log.event(RESULT, lora.clear(wide, onClear));
    log.event(RESULT, lora.clear(wide, onClear));
    log.event(
      RESULT,
      lora.receive(frame, channel, 300, () => {}),
    );
  }

  function tell(): void {
    log.event(BATTERY, battery === undefined ? -1 : battery.levelPercent());
    log.event(TIME, clock.epochSeconds());
    log.event(RANDOM, random.next());
    flash.read(0, frame, 0, 4);
    log.event(FLASH, frame[0] * 65536 + frame[3]);
    if (accelerometer !== undefined) accelerometer.stop();
    hearFirst();
  }

  button.onChange((pressed) => {
    log.event(PRESSED, pressed ? 1 : 0);
    if (pressed) act();
    else tell();
  });
});
