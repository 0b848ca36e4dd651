import { BoardFault } from "./board-fault.ts";

/** A board that has said nothing for so long is not there; one whose accelerometer has not, has none. */
const SILENCE_MS = 3000;
/** A turn that took longer was the host's own doing: the board is blamed for this much of it. */
const LONGEST_TURN_MS = 50;

/** Watches that a board lives. */
export interface Pulse {
  heard(): void;
  read(): void;
  gone(): void;
  /** Time has passed. Throws `BoardFault` when the board has been quiet for too long. */
  passed(ms: number, sampling: boolean): void;
}

export function pulse(port: string, address: number): Pulse {
  let silentMs = 0;
  let unreadMs = 0;
  let unplugged = false;
  return {
    heard() {
      silentMs = 0;
    },
    read() {
      unreadMs = 0;
    },
    gone() {
      unplugged = true;
    },
    passed(ms, sampling) {
      const blamedMs = Math.min(ms, LONGEST_TURN_MS);
      silentMs += blamedMs;
      unreadMs = sampling ? unreadMs + blamedMs : 0;
      if (unplugged) throw new BoardFault(`The board on ${port} has gone; was it unplugged?`);
      if (silentMs > SILENCE_MS) {
        throw new BoardFault(
          `The board on ${port} has not answered for ${SILENCE_MS / 1000} s; look at its cable and reset it.`,
        );
      }
      if (unreadMs > SILENCE_MS) {
        throw new BoardFault(
          `The accelerometer of the board on ${port} has given no reading for ${SILENCE_MS / 1000} s; it must be an MPU-6050 at address 0x${address.toString(16)}, on SDA and SCL.`,
        );
      }
    },
  };
}
