/**
 * The quantities that observations are made of: unit, scale and codes, said once. The table of observations lists them, and what else
 * carries a quantity, such as a health service of BLE, takes its scale from here. One that a program does not name is not in its bundle.
 *
 * Units are UCUM. MDC codes (ISO/IEEE 11073-10101, partition x 65536 + term) and LOINC codes stand only where the HL7 PHD guide, FHIR
 * or a second guide has them.
 */

/** One value of an observation. */
export interface Quantity {
  readonly name: string;
  /** UCUM unit of the scaled integer, such as `dag{gravity}`; `%`; `1`. */
  readonly unit: string;
  /** What the integer is divided by to get `unit`. */
  readonly scale: number;
  readonly mdc?: number;
  readonly loinc?: string;
}

export const HEARTS_RATE: Quantity = { name: "rate", unit: "/min", scale: 1, mdc: 147842, loinc: "8867-4" };
/** 1 where the part touches the skin, else 0. */
export const CONTACT: Quantity = { name: "contact", unit: "1", scale: 1 };
/** From the beat before. */
export const INTERVAL: Quantity = { name: "interval", unit: "s", scale: 1024 };

export const SATURATION: Quantity = { name: "saturation", unit: "%", scale: 1, mdc: 150456, loinc: "2708-6" };
export const PULSE_RATE: Quantity = { name: "rate", unit: "/min", scale: 1, mdc: 149530, loinc: "8867-4" };
/** Of the pulse in the light: AC over DC. */
export const AMPLITUDE: Quantity = { name: "amplitude", unit: "%", scale: 10 };

export const BODY: Quantity = { name: "body", unit: "Cel", scale: 100, mdc: 150364, loinc: "8310-5" };

export const SYSTOLIC: Quantity = { name: "systolic", unit: "mm[Hg]", scale: 1, mdc: 150021, loinc: "8480-6" };
export const DIASTOLIC: Quantity = { name: "diastolic", unit: "mm[Hg]", scale: 1, mdc: 150022, loinc: "8462-4" };
export const MEAN: Quantity = { name: "mean", unit: "mm[Hg]", scale: 1, mdc: 150023, loinc: "8478-0" };
export const CUFF_RATE: Quantity = { name: "rate", unit: "/min", scale: 1, loinc: "8867-4" };
/** Bits: 1 the body moved, 2 the cuff is loose, 4 the pulse is irregular. */
export const CUFF_STATUS: Quantity = { name: "status", unit: "1", scale: 1 };

export const CONCENTRATION: Quantity = { name: "concentration", unit: "mmol/L", scale: 10, mdc: 160184, loinc: "15074-8" };
/** What meters of some countries have instead. */
export const MASS_CONCENTRATION: Quantity = { name: "concentration", unit: "mg/dL", scale: 1, mdc: 160184, loinc: "2339-0" };
/** Of the sample, and where it is from, as GLS 1.0.1 numbers them: 1 capillary whole blood; 1 a finger. */
export const SAMPLE: Quantity = { name: "sample", unit: "1", scale: 1 };
export const SITE: Quantity = { name: "site", unit: "1", scale: 1 };

/** Steps of 5 g, as scales have them. */
export const MASS: Quantity = { name: "mass", unit: "kg", scale: 200, mdc: 188736, loinc: "29463-7" };
export const MASS_INDEX: Quantity = { name: "index", unit: "kg/m2", scale: 10, loinc: "39156-5" };
/** 0: not known. */
export const HEIGHT: Quantity = { name: "height", unit: "m", scale: 1000, loinc: "8302-2" };

export const FAT: Quantity = { name: "fat", unit: "%", scale: 10, loinc: "41982-0" };
export const MUSCLE: Quantity = { name: "muscle", unit: "%", scale: 10 };
export const WATER: Quantity = { name: "water", unit: "kg", scale: 200 };
export const IMPEDANCE: Quantity = { name: "impedance", unit: "Ohm", scale: 10 };

export const SPEED: Quantity = { name: "speed", unit: "m/s", scale: 256 };
export const CADENCE: Quantity = { name: "cadence", unit: "{steps}/min", scale: 1 };
export const STRIDE: Quantity = { name: "stride", unit: "m", scale: 100 };
/** Since it began. */
export const DISTANCE: Quantity = { name: "distance", unit: "m", scale: 10 };
/** 1 for a run, 0 for a walk. */
export const RUNNING: Quantity = { name: "running", unit: "1", scale: 1 };
