/** One frame that several gateways heard becomes one: copies are gathered for a while, and the best of them speaks for all. */

/** Long enough for the slowest gateway's way, short enough for RX1 (ChirpStack and The Things Stack wait 200 ms too). */
export const GATHER_MS = 200;
/** A flood of frames must not grow the memory: the oldest gathering ends early. */
const MOST_FRAMES = 1024;
const MOST_COPIES = 32;

export interface Gathered<Copy> {
  /** When the first copy came, on the caller's clock. */
  readonly sinceMs: number;
  /** Best signal first; of equal ones the first to come. */
  readonly copies: readonly Copy[];
}

export interface Gathering<Copy> {
  /** Takes a copy on the caller's clock, ms; answers what had to make room for it. */
  readonly offer: (frame: Uint8Array, snrDb: number, copy: Copy, nowMs: number) => Gathered<Copy>[];
  /** Frames whose time has come, in the order of their first copies. */
  readonly due: (nowMs: number) => Gathered<Copy>[];
}

export function gathering<Copy>(windowMs = GATHER_MS): Gathering<Copy> {
  /** In the order of first copies, which is that of the times: the clock does not go back. */
  const open = new Map<
    string,
    { readonly untilMs: number; readonly copies: { readonly snrDb: number; readonly copy: Copy }[] }
  >();

  function close(key: string): Gathered<Copy> {
    const { untilMs, copies } = open.get(key) as { untilMs: number; copies: { snrDb: number; copy: Copy }[] };
    open.delete(key);
    return {
      sinceMs: untilMs - windowMs,
      copies: copies.sort((one, other) => other.snrDb - one.snrDb).map(({ copy }) => copy),
    };
  }

  function closeWhile(ended: (untilMs: number) => boolean): Gathered<Copy>[] {
    const closed: Gathered<Copy>[] = [];
    for (const [key, { untilMs }] of open) {
      if (!ended(untilMs)) break;
      closed.push(close(key));
    }
    return closed;
  }

  return {
    offer(frame, snrDb, copy, nowMs) {
      const key = Buffer.from(frame).toString("latin1");
      const known = open.get(key);
      if (known !== undefined && nowMs < known.untilMs) {
        if (known.copies.length < MOST_COPIES) known.copies.push({ snrDb, copy });
        return [];
      }
      const closed = known === undefined ? closeWhile(() => open.size >= MOST_FRAMES) : [close(key)];
      open.set(key, { untilMs: nowMs + windowMs, copies: [{ snrDb, copy }] });
      return closed;
    },
    due: (nowMs) => closeWhile((untilMs) => untilMs <= nowMs),
  };
}
