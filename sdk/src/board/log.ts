/** A trace of what the device decides, for engineers. Never carries keys or health data beyond what an event says. */
export interface Log {
  /** `event` is one of `../device/events.ts`; `value` depends on the event. */
  readonly event: (event: number, value: number) => void;
}
