/** What was said of a piece, beside what it is. */

export interface Piece {
  readonly id: string;
  /** Nothing where it is not known. */
  readonly af: boolean | null;
  readonly quality: number;
  readonly doubt: number;
  /** 1024ths of log odds, with the pieces before it, and alone. */
  readonly score: number;
  readonly alone: number;
}

/** A piece that is labelled, with what was said of it. */
export interface Judged {
  readonly patient: string;
  readonly label: number;
  readonly piece: Piece;
  /** What was heard, counts. */
  readonly samples: Int32Array;
}

export function patientsOf(judged: readonly Judged[]): Judged[][] {
  return [...new Set(judged.map(({ patient }) => patient))].map((id) => judged.filter(({ patient }) => patient === id));
}
