/** A current with where it comes from and how far it is to be trusted. */
export interface Current {
  readonly microamps: number;
  readonly source: string;
  readonly confidence: "measured" | "datasheet" | "second-hand" | "assumed";
}

/** The `power` block of a board profile. */
export interface PowerModel {
  readonly batteryMah: number;
  /** Share of the nominal capacity that can be used, 0..1. */
  readonly derating: number;
  /** Drawn all the time. */
  readonly always: Readonly<Record<string, Current>>;
  /** Drawn while something lasts, by its name. */
  readonly during: Readonly<Record<string, Current>>;
}

export interface Energy {
  readonly averageMicroamps: number;
  /** Simulated estimate (仿真估算): battery capacity × derating / average current. */
  readonly estimatedDays: number;
  /** Average µA by what drew it. */
  readonly by: Readonly<Record<string, number>>;
}

/** Adds up charge as the parts work. Its integrals are exact: every use has its own duration. */
export interface Meter {
  spend(what: string, durationUs: number): void;
  energy(totalUs: number): Energy;
}

export function meter(model: PowerModel): Meter {
  const durations = new Map<string, number>();
  return {
    spend(what, durationUs) {
      if (model.during[what] === undefined) throw new Error(`the power model has no current for "${what}"`);
      durations.set(what, (durations.get(what) ?? 0) + durationUs);
    },
    energy(totalUs) {
      const by: Record<string, number> = {};
      for (const [name, current] of Object.entries(model.always)) by[name] = current.microamps;
      for (const [name, current] of Object.entries(model.during)) {
        by[name] = (current.microamps * (durations.get(name) ?? 0)) / totalUs;
      }
      const average = Object.values(by).reduce((sum, microamps) => sum + microamps, 0);
      const hours = (model.batteryMah * model.derating * 1000) / average;
      for (const name of Object.keys(by)) by[name] = Math.round(by[name] * 10) / 10;
      return { averageMicroamps: Math.round(average * 10) / 10, estimatedDays: Math.round((hours / 24) * 10) / 10, by };
    },
  };
}
