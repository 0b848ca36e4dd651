/** The promises of `Board`, by the numbers of `program.ts`: what each says, and the capability that makes it. */
import type { Capability } from "@songbai/tools/board/profile";

export interface Promised {
  readonly number: number;
  readonly by: Capability;
  readonly says: string;
}

const promised = (number: number, by: Capability, says: string): Promised => ({ number, by, says });

export const PROMISES: readonly Promised[] = [
  promised(1, "clock", "the clock stands still during a callback"),
  promised(2, "clock", "the clock advances by what a timer waited"),
  promised(40, "clock", "the time of day is 0 while it is unknown"),
  promised(3, "timers", "timers fire once each, by time, then in the order they were set"),
  promised(4, "timers", "a cancelled timer stays silent, and an unknown or fired id is ignored"),
  promised(5, "timers", "ids are above 0 and differ"),
  promised(6, "random", "draws differ"),
  promised(7, "battery", "the level is 0 to 100"),
  promised(10, "flash", "an erased octet is 255"),
  promised(11, "flash", "what was programmed is read back"),
  promised(12, "flash", "NOT_BLANK programs nothing"),
  promised(13, "flash", "programming again may clear bits"),
  promised(14, "flash", "outside the part is OUT_OF_RANGE, its last octet inside"),
  promised(15, "flash", "a range may cross sectors"),
  promised(16, "flash", "erasing a sector leaves its neighbours alone"),
  promised(20, "accelerometer", "settings that the part does not have are OUT_OF_RANGE"),
  promised(21, "accelerometer", "a batch has as many samples as the watermark"),
  promised(22, "accelerometer", "after stop there is no batch"),
  promised(30, "lora", "lengths, powers and channels outside are OUT_OF_RANGE"),
  promised(31, "lora", "a second request is BUSY"),
  promised(32, "lora", "the sender is told once the frame is out, and may listen then"),
  promised(33, "lora", "a window without a frame answers MISSING"),
  promised(34, "lora", "a frame is handed over with its length"),
  promised(35, "lora", "a quiet channel is clear, and until that is known a request is BUSY; or the radio cannot tell"),
];

export const SAMPLE = 100;
export const PRESSED = 101;
