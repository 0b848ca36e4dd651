/**
 * Adaptive data rate, after Semtech's "LoRaWAN - simple rate adaptation recommended algorithm" (revision 1.0, October 2016), which the
 * network servers in use follow: the best SNR of 20 frames, less the floor and 10 dB for fading, is spent in steps of 3 dB, on data rate
 * first and on power then. Frames that are missing raise NbTrans.
 */
import { type LinkSettings, requiredSnrDb } from "./commands.ts";

const HISTORY = 20;
const MARGIN_DB = 10;
const STEP_DB = 3;
const HIGHEST_DATA_RATE = 5;
/** CN470: TXPower 0..7, 2 dB each. */
const LEAST_POWER = 7;
/** NbTrans to come, by the share of frames lost (below 5, 10, 30 %, more) and the NbTrans of now. */
const NB_TRANS = [
  [1, 1, 2],
  [1, 2, 3],
  [2, 3, 3],
  [3, 3, 3],
];

export interface Adr {
  /** Takes a frame that was heard for the first time: its 32-bit counter, and the SNR at the best gateway. */
  readonly heard: (counter: number, snrDb: number) => void;
  /** What the device should do; `undefined` when that is what it does, or too few frames tell. */
  readonly advice: (now: LinkSettings) => LinkSettings | undefined;
  /** The device has new settings: the old frames say nothing of them. */
  readonly changed: () => void;
}

const spreadingFactorOf = (dataRate: number) => 12 - dataRate;

/** CN470's data rates: SF12 to SF7. DR0 is not used (a frame would last for more than a second). */
export function adr(): Adr {
  let frames: { readonly counter: number; readonly snrDb: number }[] = [];

  function nbTransFor(now: number): number {
    const sent = frames[frames.length - 1].counter - frames[0].counter + 1;
    const lost = 1 - frames.length / sent;
    const row = [0.05, 0.1, 0.3].findIndex((limit) => lost < limit);
    return NB_TRANS[row < 0 ? 3 : row][Math.min(3, Math.max(1, now)) - 1];
  }

  return {
    heard(counter, snrDb) {
      frames.push({ counter, snrDb });
      if (frames.length > HISTORY) frames.shift();
    },
    advice(now) {
      if (frames.length < HISTORY) return undefined;
      const best = Math.max(...frames.map(({ snrDb }) => snrDb));
      let steps = Math.trunc((best - requiredSnrDb(spreadingFactorOf(now.dataRate)) - MARGIN_DB) / STEP_DB);
      let { dataRate, txPower } = now;
      for (; steps > 0 && dataRate < HIGHEST_DATA_RATE; steps--) dataRate++;
      for (; steps > 0 && txPower < LEAST_POWER; steps--) txPower++;
      // Too weak: more power. A slower rate is the device's own choice, when it hears nothing any more (ADR back-off).
      for (; steps < 0 && txPower > 0; steps++) txPower--;
      const nbTrans = nbTransFor(now.nbTrans);
      const same = dataRate === now.dataRate && txPower === now.txPower && nbTrans === now.nbTrans;
      return same ? undefined : { dataRate, txPower, nbTrans };
    },
    changed: () => {
      frames = [];
    },
  };
}
