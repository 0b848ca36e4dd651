/**
 * Which of the frequencies in the light is the heart: the one for which there is evidence again and again, near where it was. Each look
 * adds each bin's share of the power to the best path that leads there, which forgets (as the Viterbi-like trackers of Temko, IEEE Trans
 * Biomed Eng 2017; 64:2016, and others do); power that the movement has at the same place counts less, by Wiener's weight.
 */
import { allocInts, idiv } from "../../lang/intrinsics.ts";
import { LENGTH, NATURAL, type Spectrum } from "./spectrum.ts";

/** Slowest and fastest heart, 0.1 beats a minute. */
const SLOWEST = 400;
const FASTEST = 2050;
/** What a look leaves of the evidence before it, of 16; and of that of a neighbouring bin, of 16. */
const KEPT = 13;
const ASIDE = 14;
/**
 * The evidence, in 512ths of a look, that believing takes. Noise of any colour has a rate by it in one window of forty in movement, and
 * never at rest; a finger at rest comes to 1500, a wrist in movement to 500 to 750.
 */
const BELIEVED = 420;
const BELIEVED_AT_REST = 660;
/** A track is held to the end of this evidence, at rest of `BELIEVED`, and as long as it does not leap. */
const HELD = 280;
const LEAP = 2;
/** The evidence of looks that see nothing else: 512 over what is forgotten. */
const MOST_EVIDENCE = 2730;
/** A share, in 512ths, that says where the rate goes; with less it stays. Noise alone has about 60. */
const CLEAR = 128;
/** Bins above have no neighbours. */
const LAST_BIN = (LENGTH >> 1) - 4;
/** What lies so near belongs to the same peak. */
const SAME = 2;

export interface Track {
  /** Another look, at the spectra of the light and of what movement explains in it. */
  readonly look: (spectrum: Spectrum, atRest: boolean) => void;
  /** The rate, 0.1 beats a minute; 0 when none is believed. */
  readonly rate: () => number;
  /** How much stands for it, percent: 90 where looks have seen nothing else. */
  readonly quality: () => number;
  /** The rate is known from elsewhere. */
  readonly know: (rate: number) => void;
  readonly restart: () => void;
}

/**
 * `samples`: in ten minutes. `ofMovement` is asked before a rate is believed: whether it is one that the
 * arm has. Allocates only here.
 */
export function trackOf(samples: number, ofMovement: (rate: number) => boolean): Track {
  const binRate = idiv(samples, LENGTH);
  const first = idiv(SLOWEST + binRate - 1, binRate);
  const fastest = idiv(FASTEST, binRate);
  const last = fastest < LAST_BIN ? fastest : LAST_BIN;
  const evidence = allocInts(last + 2);
  const power = allocInts(last + 4);
  let place = first;
  /** What the last look alone says for the place. */
  let share = 0;
  let likely = 0;
  let believed = false;
  /** There may be evidence beside that of the place. */
  let scattered = false;

  /** Adds what each bin's share of the power says, and goes where there is most evidence. */
  function gather(total: number): void {
    const eighth = ((total & NATURAL) >> 3) + 1;
    let here = evidence[first];
    let beside = here * ASIDE;
    let below = 0;
    let most = -1;
    let p0 = power[first - 3];
    let p1 = power[first - 2];
    let p2 = power[first - 1];
    let p3 = power[first];
    let p4 = power[first + 1];
    let p5 = power[first + 2];
    for (let bin = first; bin <= last; bin++) {
      // The best that leads here: from below, from here, from above.
      const next = evidence[bin + 1];
      const above = next * ASIDE;
      let best = here * 16;
      if (below > best) best = below;
      if (above > best) best = above;
      below = beside;
      beside = above;
      here = next;
      best = (best >> 4) * KEPT;
      best = best >> 4;
      const p6 = power[bin + 3];
      const low = p0 + p1;
      const high = p5 + p6;
      // A heart is narrow: what stands beside it, on the side where there is more, is taken off.
      const side = 3 * (low > high ? low : high);
      const peak = p2 + p3 + p4 - (side >> 1);
      if (peak > 0) {
        const seen = idiv((peak * 64) & NATURAL, eighth);
        best += seen;
        if (best > most) share = seen;
      } else if (best > most) share = 0;
      if (best > most) {
        most = best;
        place = bin;
      }
      evidence[bin] = best;
      p0 = p1;
      p1 = p2;
      p2 = p3;
      p3 = p4;
      p4 = p5;
      p5 = p6;
    }
  }

  /** No other peak has four fifths of what this one has. */
  function stands(bin: number): boolean {
    for (let other = first; other <= last; other++) {
      const away = other > bin ? other - bin : bin - other;
      if (away > SAME && 5 * evidence[other] > 4 * evidence[bin]) return false;
    }
    return true;
  }

  /** It was the arm's: what stood for it is worth nothing. */
  function forget(bin: number): void {
    for (let other = bin - SAME; other <= bin + SAME; other++) {
      if (other >= first && other <= last) evidence[other] = 0;
    }
  }

  /** Between bins: the centre of the power around. */
  function rateAt(bin: number): number {
    const around = power[bin - 1] + power[bin] + power[bin + 1];
    const centre = idiv(bin * samples, LENGTH);
    return around === 0 ? centre : centre + idiv(binRate * (power[bin + 1] - power[bin - 1]), around);
  }

  return {
    look: (spectrum, atRest) => {
      const before = place;
      scattered = true;
      gather(spectrum.powers(first - 3, last + 3, power));
      const leap = place > before ? place - before : before - place;
      const rate = rateAt(place);
      const step = rate - likely;
      if (!believed) likely = rate;
      else if (share >= CLEAR) likely += (3 * step) >> 2;
      if (believed) believed = leap <= LEAP && evidence[place] >= (atRest ? BELIEVED : HELD);
      else if (evidence[place] >= (atRest ? BELIEVED_AT_REST : BELIEVED) && stands(place)) {
        believed = atRest || !ofMovement(rate);
        if (!believed) forget(place);
      }
    },
    rate: () => (believed ? likely : 0),
    quality: () => (believed ? 30 + idiv(60 * evidence[place], MOST_EVIDENCE) : 0),
    know: (rate) => {
      if (scattered) for (let bin = first; bin <= last; bin++) evidence[bin] = 0;
      else evidence[place] = 0;
      scattered = false;
      place = idiv(2 * rate + binRate, 2 * binRate);
      if (place < first) place = first;
      if (place > last) place = last;
      evidence[place] = BELIEVED;
      likely = rate;
      believed = true;
    },
    restart: () => {
      for (let bin = first; bin <= last; bin++) evidence[bin] = 0;
      likely = 0;
      believed = false;
    },
  };
}
