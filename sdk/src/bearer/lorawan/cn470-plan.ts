/**
 * What both CN470-510 plans share: DR0 to DR5 are SF12 to SF7 at 125 kHz, a transmission lasts a second at most, the channel is heard
 * first (MIIT notice 52/2019), and DR0 is never sent: its join request takes 1.5 s.
 *
 * The notice gives the band to civil meters: a wearable here is a legal grey area.
 */
export const SECOND_US = 1000000;
/** 50 mW e.r.p. is 19.1 dBm e.i.r.p. */
export const CN470_MAX_DBM = 19;
export const CN470_LAST_POWER = 7;
export const CN470_STEP_HZ = 200000;
const LOWEST_SENT = 1;
const HIGHEST_RATE = 5;

export function cn470SpreadingFactor(rate: number): number {
  return rate >= 0 && rate <= HIGHEST_RATE ? 12 - rate : 0;
}

export function isCn470UplinkRate(rate: number): boolean {
  return rate >= LOWEST_SENT && rate <= HIGHEST_RATE;
}

/** From the fastest to DR1, and again. */
export function cn470JoinRate(attempt: number): number {
  return HIGHEST_RATE - (attempt % HIGHEST_RATE);
}
