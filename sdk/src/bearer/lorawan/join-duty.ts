/** The pace of join requests (TS001-1.0.4 section 7): 1 % of the first hour, 0.1 % of the ten after it, 0.01 % from then on. */
const HOUR_MS = 3600000;

/** Milliseconds of silence after a request that took `airtimeMs`, `sinceMs` after the first one. */
export function joinRestMs(sinceMs: number, airtimeMs: number): number {
  if (sinceMs < HOUR_MS) return airtimeMs * 99;
  return airtimeMs * (sinceMs < 11 * HOUR_MS ? 999 : 9999);
}
