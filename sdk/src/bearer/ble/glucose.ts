/** Glucose (GLS 1.0.1): stored measurements that a central fetches by the Record Access Control Point. */
import { copyBytes } from "../../lang/bytes.ts";
import { allocInts, type Ints } from "../../lang/intrinsics.ts";
import { GLUCOSE } from "../../record/codes.ts";
import { CONCENTRATION, MASS_CONCENTRATION } from "../../record/quantities.ts";
import { type Gatt, NOTIFY } from "./gatt.ts";
import { ALWAYS, features, field, number, putMeasurement, SFLOAT, TIME, U8, U16, type Vital } from "./measurement.ts";
import { recordAccess, type StoredRecords } from "./racp.ts";

const GLUCOSE_SERVICE = 0x1808;
const MEASUREMENT = 0x2a18;
const FEATURE = 0x2a51;

const WITH_OFFSET = 0x01;
const WITH_CONCENTRATION = 0x02;
const IN_MOLES = 0x04;
/** The service has mol/L or kg/L. */
const MMOL_PER_L = -3;
const MG_PER_DL = -5;
// Type of the sample, and where it is from.
export const CAPILLARY_BLOOD = 1;
export const INTERSTITIAL_FLUID = 9;
export const FINGERTIP = 1;

/** A measurement by its fields: sequence number, time (seconds since 1970 where the wearer is), minutes to add, value, type and site. */
const SEQUENCE = 0;
const SECONDS = 1;
const VALUE = 3;
const TYPE_AND_SITE = 4;
const FIELDS = 5;

export interface GlucoseStore extends StoredRecords {
  /** Copies a measurement into its five fields. */
  readonly load: (index: number, into: Ints) => void;
}

/** `tell`: keeps a measurement; the oldest goes where there is no room. */
export interface GlucoseMemory extends GlucoseStore, Vital {}

/** The last `capacity` measurements, kept while the power is on. */
export function glucoseMemory(capacity: number, firstSequence: number): GlucoseMemory {
  const kept = allocInts(capacity * FIELDS);
  let count = 0;
  let next = firstSequence;

  function remove(index: number): void {
    copyBytes(kept, (index + 1) * FIELDS, kept, index * FIELDS, (count - index - 1) * FIELDS);
    count -= 1;
  }

  return {
    count: () => count,
    sequence: (index) => kept[index * FIELDS + SEQUENCE],
    remove,
    load: (index, into) => copyBytes(kept, index * FIELDS, into, 0, FIELDS),
    code: GLUCOSE,
    tell: (values, seconds) => {
      if (count === capacity) remove(0);
      const at = count * FIELDS;
      kept[at + SEQUENCE] = next;
      kept[at + SECONDS] = seconds;
      kept[at + VALUE] = values[0];
      kept[at + TYPE_AND_SITE] = values[1] | (values[2] << 4);
      next = (next + 1) & 0xffff;
      count += 1;
    },
  };
}

/** `inMoles`: values are as the table of observations has them; else in mg/dL, for a meter of a country that has those. */
export function glucose(gatt: Gatt, security: number, store: GlucoseStore, inMoles: boolean): void {
  const concentration = inMoles
    ? number(SFLOAT, CONCENTRATION, MMOL_PER_L, WITH_CONCENTRATION)
    : number(SFLOAT, MASS_CONCENTRATION, MG_PER_DL, WITH_CONCENTRATION);
  const fields = [
    field(U16, ALWAYS),
    field(TIME, ALWAYS),
    field(U16, WITH_OFFSET),
    concentration,
    field(U8, WITH_CONCENTRATION),
  ];
  const flags = WITH_OFFSET | WITH_CONCENTRATION | (inMoles ? IN_MOLES : 0);
  const values = allocInts(FIELDS);
  let isReported = false;
  const access = recordAccess(store, () => isReported);

  gatt.add({
    uuid: GLUCOSE_SERVICE,
    security,
    characteristics: [
      {
        uuid: MEASUREMENT,
        properties: NOTIFY,
        next: (into, at) => {
          const index = access.take();
          if (index < 0) return 0;
          store.load(index, values);
          return putMeasurement(into, at, 1, flags, fields, values) - at;
        },
        onConfigured: (configuration) => {
          isReported = configuration !== 0;
          if (!isReported) access.stop();
        },
      },
      features(FEATURE, 2, 0),
      access.characteristic,
    ],
  });
}
