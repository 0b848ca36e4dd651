import { describe, expect, it } from "@jest/globals";
import { cosine, sine } from "@songbai/sim/world/sine";

describe("world/sine", () => {
  it("is the sine of an angle in turns, to 1e-9", () => {
    let worst = 0;
    for (let i = -3000; i <= 3000; i++) {
      const radians = (i / 997) * 2 * Math.PI;
      worst = Math.max(worst, Math.abs(sine(i / 997) - Math.sin(radians)), Math.abs(cosine(i / 997) - Math.cos(radians)));
    }
    expect(worst).toBeLessThan(1e-9);
  });
});
