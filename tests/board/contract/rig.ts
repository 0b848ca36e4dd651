/** A board on a bench: what a test can do to it, and what it can see. A board with a time of its own makes the test wait. */
export interface Rig {
  /** Lets time pass; timers fire, requests of the radio end. */
  readonly pass: (ms: number) => void | Promise<void>;
  /** Accelerations in the axes of the part, mg: one sample each. */
  readonly feel: (samples: readonly (readonly [number, number, number])[]) => void | Promise<void>;
  readonly press: (pressed: boolean) => void | Promise<void>;
  /** A frame on the air. */
  readonly hear: (frame: readonly number[]) => void;
  /** What the program logged so far: event and value. */
  readonly log: () => readonly (readonly [number, number])[];
  /** How often the motor was switched on so far, or buzzes asked for, where the board counts them itself. */
  readonly buzzes: () => number;
  /** Axis map of the board: for x, y, z which axis of the part, 1 to 3, negative when turned round. */
  readonly axes: readonly number[];
  readonly close: () => void | Promise<void>;
}
