/**
 * Records that fail their tag. One try in 2^64 would succeed, so a few are changed bits or noise, and many are an attack or a device with
 * a wrong key: both are for people to look into.
 */

/** A line of the log about one device comes at most this often. */
const LOG_EVERY_S = 60;
/** So many within `WITHIN_S` raise an alarm, which comes once in that time. */
const ALARM_AT = 16;
const WITHIN_S = 3600;
/** Devices that are watched at a time; the one that failed longest ago is forgotten first. */
const WATCHED = 4096;

interface Watch {
  total: number;
  unsaid: number;
  saidS: number;
  beganS: number;
  within: number;
  alarmed: boolean;
}

export interface Forgeries {
  /** Counts one; answers what is to be done about it. `nowS`: seconds, the caller's. */
  readonly count: (device: string, nowS: number) => { readonly log?: string; readonly alarm?: number };
}

export function forgeries(): Forgeries {
  const watched = new Map<string, Watch>();

  function watchOf(device: string, nowS: number): Watch {
    const known = watched.get(device);
    const watch = known ?? { total: 0, unsaid: 0, saidS: nowS - LOG_EVERY_S, beganS: nowS, within: 0, alarmed: false };
    watched.delete(device);
    watched.set(device, watch);
    if (watched.size > WATCHED) watched.delete(watched.keys().next().value as string);
    return watch;
  }

  return {
    count(device, nowS) {
      const watch = watchOf(device, nowS);
      if (nowS - watch.beganS >= WITHIN_S) Object.assign(watch, { beganS: nowS, within: 0, alarmed: false });
      watch.total++;
      watch.unsaid++;
      watch.within++;
      const alarm = watch.within >= ALARM_AT && !watch.alarmed ? { alarm: watch.within } : {};
      if ("alarm" in alarm) watch.alarmed = true;
      if (nowS - watch.saidS < LOG_EVERY_S) return alarm;
      const log = `${watch.unsaid} records in the name of ${device} fail their authentication tag (${watch.total} since the hub began).`;
      watch.saidS = nowS;
      watch.unsaid = 0;
      return { log, ...alarm };
    },
  };
}
