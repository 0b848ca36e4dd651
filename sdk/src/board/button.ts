/** A push button, debounced. */
export interface Button {
  /** `true` when it goes down, `false` when it comes up. One listener; a later one replaces it. */
  readonly onChange: (listener: (pressed: boolean) => void) => void;
}
