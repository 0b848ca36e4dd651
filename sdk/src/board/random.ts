/** A random generator, seeded from a true source at boot. */
export interface Random {
  /** A uniform int32. */
  readonly next: () => number;
}
