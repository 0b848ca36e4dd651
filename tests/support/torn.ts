/** How far a row of changes of NOR cells had come when power went. */

/** Octets that cells are brought to, from `address` on in rising order. */
export interface Change {
  readonly kind: "program" | "erase";
  readonly address: number;
  readonly octets: Uint8Array;
}

export interface Progress {
  /** Changes that had ended. */
  readonly whole: number;
  /** The change that had begun and not ended. */
  readonly torn?: Change;
}

/** Answers `undefined` when `after` is not what a part of the changes, done in order and octet by octet, makes of `before`. */
export function progress(before: Uint8Array, changes: readonly Change[], after: Uint8Array): Progress | undefined {
  const cells = Buffer.from(before);
  for (let whole = 0; ; whole++) {
    if (cells.equals(after)) return { whole };
    const change = changes[whole];
    if (change === undefined) return undefined;
    const { address, octets } = change;
    let done = 0;
    while (done < octets.length && after[address + done] === octets[done]) done++;
    const begun = Buffer.from(cells);
    begun.set(octets.subarray(0, done), address);
    if (done < octets.length && begun.equals(after)) return { whole, torn: change };
    cells.set(octets, address);
  }
}
