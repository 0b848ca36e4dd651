import type { Accelerometer } from "./accelerometer.ts";
import type { Battery } from "./battery.ts";
import type { Ble } from "./ble.ts";
import type { Button } from "./button.ts";
import type { Cipher } from "./cipher.ts";
import type { Clock, Timers } from "./clock.ts";
import type { Flash } from "./flash.ts";
import type { Haptic } from "./haptic.ts";
import type { Log } from "./log.ts";
import type { Lora } from "./lora.ts";
import type { Modem } from "./modem.ts";
import type { Random } from "./random.ts";

/**
 * All that a device program knows of the chip it runs on. The first five capabilities are on every board, the others where
 * the part is. Nothing blocks; during one callback the clock stands still.
 */
export interface Board {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly flash: Flash;
  readonly log: Log;
  readonly accelerometer?: Accelerometer;
  readonly battery?: Battery;
  readonly ble?: Ble | undefined;
  readonly button?: Button;
  readonly cipher?: Cipher;
  readonly haptic?: Haptic;
  readonly lora?: Lora;
  readonly modem?: Modem | undefined;
}
