import { describe, expect, it } from "@jest/globals";
import { OBSERVATIONS } from "@songbai/sdk/record/observations";

/**
 * What the services take of a quantity: UCUM unit, and what their integers are divided by. An observation of the same name must have it
 * in the same unit, and in a scale from which the service's follows by a power of ten.
 */
const SERVICES: Record<string, { readonly unit: string; readonly scale: number }> = {
  "battery.level": { unit: "%", scale: 1 },
  "heart-rate.rate": { unit: "/min", scale: 1 },
  "oxygen.saturation": { unit: "%", scale: 1 },
  "oxygen.rate": { unit: "/min", scale: 1 },
  "temperature.body": { unit: "Cel", scale: 100 },
  "blood-pressure.systolic": { unit: "mm[Hg]", scale: 1 },
  "blood-pressure.diastolic": { unit: "mm[Hg]", scale: 1 },
  "blood-pressure.mean": { unit: "mm[Hg]", scale: 1 },
  "glucose.concentration": { unit: "mmol/L", scale: 10 },
  "weight.mass": { unit: "kg", scale: 200 },
};

describe("bearer/ble and the table of observations", () => {
  const values = OBSERVATIONS.flatMap(({ name, values: all }) =>
    all.map((value) => ({ quantity: `${name}.${value.name}`, unit: value.unit, scale: value.scale })),
  );
  const carried = values.filter(({ quantity }) => quantity in SERVICES);

  it("have quantities in common", () => {
    expect(carried.map(({ quantity }) => quantity)).toContain("battery.level");
  });

  it.each(carried)("$quantity is in the unit of its service", ({ quantity, unit, scale }) => {
    const service = SERVICES[quantity];
    expect(unit).toBe(service.unit);
    expect(Math.log10(scale / service.scale) % 1).toBe(0);
  });
});
