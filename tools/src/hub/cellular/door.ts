/** Ways for sealed records of cellular devices into the hub. */
export interface Door {
  /** One sentence: where it listens. */
  readonly where: string;
  readonly counts: () => DoorCounts;
  readonly close: () => Promise<void>;
}

export interface DoorCounts {
  /** Messages that held something. */
  readonly messages: number;
  /** Those that were no record of ours by form. */
  readonly malformed: number;
}

export const nowS = (): number => Math.floor(Date.now() / 1000);
