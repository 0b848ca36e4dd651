import { describe, expect, it } from "@jest/globals";
import { coapNoise, mqttNoise } from "./noise.ts";

describe("bearer/cellular, noise", () => {
  it("MQTT: crashes on no stream that was made from good ones, and takes nothing that mqtt-packet refuses", () => {
    const { wrong, refused, taken } = mqttNoise(5000, 1);
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(2500);
    expect(taken).toBeGreaterThan(250);
  });

  it("CoAP: crashes on no message that was made from good ones, and takes nothing that coap-packet refuses", () => {
    const { wrong, refused, taken } = coapNoise(5000, 2);
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(2500);
    expect(taken).toBeGreaterThan(125);
  });
});
