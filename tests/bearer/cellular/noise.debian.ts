import { describe, expect, it } from "@jest/globals";
import { coapNoise, mqttNoise } from "./noise.ts";

const MILLION = 1_000_000;
/** What jest and the judges leave behind in a run. */
const SLACK = 2_000_000;

describe("bearer/cellular, a million strings of noise", () => {
  it.each([
    ["MQTT", mqttNoise],
    ["CoAP", coapNoise],
  ])(
    "%s: no crash, nothing taken that the judge refuses, no growth of memory",
    (_name, noise) => {
      const { wrong, heap } = noise(MILLION, 20261122);
      expect(wrong).toEqual([]);
      expect(heap[1] - heap[0]).toBeLessThan(SLACK);
    },
    300_000,
  );
});
