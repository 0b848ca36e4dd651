/** A board on a bench: what a test can do to it, and what it can see. */
export interface Rig {
  /** Lets time pass; timers fire, requests of the radio end. */
  pass(ms: number): void;
  /** Accelerations in the axes of the part, mg: one sample each. */
  feel(samples: readonly (readonly [number, number, number])[]): void;
  press(pressed: boolean): void;
  /** A frame on the air. */
  hear(frame: readonly number[]): void;
  /** What the program logged so far: event and value. */
  log(): readonly (readonly [number, number])[];
  /** How often the motor was switched on so far, or buzzes asked for, where the board counts them itself. */
  buzzes(): number;
  /** Axis map of the board: for x, y, z which axis of the part, 1 to 3, negative when turned round. */
  readonly axes: readonly number[];
  close(): void;
}
