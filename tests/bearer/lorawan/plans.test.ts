import { describe, expect, it } from "@jest/globals";
import { frameUs } from "@songbai/sdk/bearer/lorawan/airtime";
import { as923 } from "@songbai/sdk/bearer/lorawan/as923";
import { cn470Rp001 } from "@songbai/sdk/bearer/lorawan/cn470-rp001";
import { cn470Rp002A20, cn470Rp002A26, cn470Rp002B20, cn470Rp002B26 } from "@songbai/sdk/bearer/lorawan/cn470-rp002";
import { eu868 } from "@songbai/sdk/bearer/lorawan/eu868";
import { FRAME_OVERHEAD } from "@songbai/sdk/bearer/lorawan/frame";
import type { Plan } from "@songbai/sdk/bearer/lorawan/plan";
import { us915 } from "@songbai/sdk/bearer/lorawan/us915";
import { airtimeUs } from "@songbai/sim/air/airtime";

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const mhz = (hz: number): number => hz / 1e6;
const series = (from: number, count: number, step = 0.2) => range(count).map((i) => Math.round((from + step * i) * 1e6) / 1e6);
const uplinks = (plan: Plan) => range(plan.slots).map((slot) => mhz(plan.uplinkHz(slot)));
const downlinks = (plan: Plan) => range(plan.slots).map((slot) => mhz(plan.rx1Hz(slot, plan.uplinkHz(slot))));
const joins = (plan: Plan) =>
  range(plan.joinChannels).map((i) => [plan.joinHz(i), plan.joinRx1Hz(i), plan.joinRx2Hz(i)].map(mhz));

const CN470 = [cn470Rp001(10), cn470Rp002A20(), cn470Rp002B20(), cn470Rp002A26(), cn470Rp002B26()];
const ALL = [...CN470, eu868(), us915(1), as923(1)];

describe("bearer/lorawan/airtime", () => {
  it("is the simulator's at 125 kHz for every length and spreading factor, to the microsecond", () => {
    for (const spreadingFactor of [7, 8, 9, 10, 11, 12])
      for (const octets of range(256))
        for (const crc of [true, false])
          expect(frameUs(octets, spreadingFactor, 125, crc)).toBe(airtimeUs(octets, spreadingFactor, crc));
  });

  it("halves with twice the bandwidth, where nothing is optimised for a slow rate", () => {
    for (const octets of range(256)) {
      expect(4 * frameUs(octets, 8, 500, true)).toBe(frameUs(octets, 8, 125, true));
      expect(2 * frameUs(octets, 7, 250, false)).toBe(frameUs(octets, 7, 125, false));
    }
  });
});

describe("bearer/lorawan plans", () => {
  it.each(ALL.map((plan) => [plan.name, plan] as const))("%s never breaks its time on air, nor joins above it", (_, plan) => {
    for (const rate of range(16)) {
      const payload = plan.isUplinkRate(rate) ? plan.maxPayload(rate, plan.dwellLimits) : 0;
      if (payload === 0) continue;
      const us = frameUs(payload + FRAME_OVERHEAD, plan.spreadingFactor(rate), plan.bandwidthKhz(rate), true);
      expect(us).toBeLessThanOrEqual(plan.dwellLimits ? 400_000 : plan.maxAirtimeUs);
    }
    for (const channel of range(plan.joinChannels))
      for (const attempt of range(20)) {
        const rate = plan.joinRate(channel, attempt);
        expect(plan.isUplinkRate(rate)).toBe(true);
        const us = frameUs(23, plan.spreadingFactor(rate), plan.bandwidthKhz(rate), true);
        expect(us).toBeLessThanOrEqual(plan.dwellLimits ? 400_000 : plan.maxAirtimeUs);
      }
    expect(plan.isDownlinkRate(plan.rx2Rate)).toBe(true);
    for (const rate of range(16).filter(plan.isUplinkRate))
      for (const offset of range(plan.mostRx1Offset + 1))
        expect(plan.spreadingFactor(plan.rx1Rate(rate, offset, false))).toBeGreaterThan(0);
  });

  it("CN470: a second on air, heard first, DR0 never sent, 50 mW e.r.p. or less", () => {
    for (const plan of CN470) {
      expect([plan.maxAirtimeUs, plan.listenFirst, plan.isUplinkRate(0), plan.maxPayload(0, false)]).toEqual([
        1e6,
        true,
        false,
        0,
      ]);
      expect(range(100).map((n) => plan.joinRate(0, n))).not.toContain(0);
      expect(new Set(range(5).map((n) => plan.joinRate(0, n)))).toEqual(new Set([1, 2, 3, 4, 5]));
      expect(10 ** ((plan.maxDbm - 2.15) / 10)).toBeLessThanOrEqual(50);
      expect(plan.maxPayload(1, false)).toBe(23);
    }
  });

  it("CN470 RP001: 96 channels up, 48 down, RX2 on 505.3 MHz at DR0, one sub-band on", () => {
    const plan = cn470Rp001(10);
    expect(uplinks(plan)).toEqual(series(470.3, 96));
    expect(downlinks(plan)).toEqual([...series(500.3, 48), ...series(500.3, 48)]);
    expect([plan.rx2Hz, plan.rx2Rate]).toEqual([505_300_000, 0]);
    expect(range(96).filter(plan.isOn)).toEqual(range(8).map((i) => 80 + i));
    expect(range(6).map((offset) => plan.rx1Rate(3, offset, false))).toEqual([3, 2, 1, 0, 0, 0]);
    expect(range(8).map((rate) => plan.maxPayload(rate, false))).toEqual([0, 23, 51, 115, 242, 242, 0, 0]);
    expect(joins(plan).map(([up]) => up)).toEqual(series(486.3, 8));
    // An octet more would break RP001's table or the second.
    for (const [rate, most] of [51, 51, 51, 115, 242, 242].entries()) {
      if (rate === 0) continue;
      const more = plan.maxPayload(rate, false) + 1;
      expect(more > most || frameUs(more + FRAME_OVERHEAD, plan.spreadingFactor(rate), 125, true) > 1e6).toBe(true);
    }
  });

  it("CN470 RP002: the 20 join channels", () => {
    const [a20, b20, a26, b26] = CN470.slice(1).map(joins);
    const ups = [470.9, 472.5, 474.1, 475.7, 504.1, 505.7, 507.3, 508.9];
    const rx1 = series(484.5, 8, 1.6);
    const rx2 = [485.3, 486.9, 488.5, 490.1, 491.7, 493.3, 494.9, 496.5];
    expect(a20).toEqual(ups.map((up, i) => [up, rx1[i], rx2[i]]));
    expect(b20).toEqual([
      [479.9, 479.9, 478.3],
      [499.9, 499.9, 498.3],
    ]);
    expect(a26).toEqual(series(470.3, 5, 2).map((up) => [up, 492.5, 492.5]));
    expect(b26).toEqual(series(480.3, 5, 2).map((up) => [up, 502.5, 502.5]));
  });

  it("CN470 RP002: the channels of each plan, RX2, payloads and RX1 rates", () => {
    const [a20, b20, a26, b26] = CN470.slice(1);
    expect(uplinks(a20)).toEqual([...series(470.3, 32), ...series(503.5, 32)]);
    expect(downlinks(a20)).toEqual(series(483.9, 64));
    expect(uplinks(b20)).toEqual([...series(476.9, 32), ...series(496.9, 32)]);
    expect(downlinks(b20)).toEqual(uplinks(b20));
    expect(uplinks(a26)).toEqual(series(470.3, 48));
    expect(downlinks(a26)).toEqual([...series(490.1, 24), ...series(490.1, 24)]);
    expect(uplinks(b26)).toEqual(series(480.3, 48));
    expect(downlinks(b26)).toEqual([...series(500.1, 24), ...series(500.1, 24)]);
    expect([a20, b20, a26, b26].map(({ rx2Hz }) => mhz(rx2Hz))).toEqual([486.9, 498.3, 492.5, 502.5]);
    for (const plan of [a20, b20, a26, b26]) {
      expect(range(7).map((rate) => plan.maxPayload(rate, false))).toEqual([0, 23, 86, 184, 242, 242, 242]);
      expect(range(6).map((offset) => plan.rx1Rate(4, offset, false))).toEqual([4, 3, 2, 1, 1, 1]);
      expect(plan.rx2Rate).toBe(1);
    }
  });

  it.each(
    (
      [
        [cn470Rp001(0), 6, "ffff ffff ffff ffff ffff ffff"],
        [cn470Rp001(0), 5, "0000 0000 0000 0000 0000 1234"],
        [cn470Rp001(0), 7, undefined],
        [cn470Rp002A20(), 6, "ffff ffff ffff ffff"],
        [cn470Rp002A20(), 7, "0000 0000 0000 0000"],
        [cn470Rp002A20(), 4, undefined],
        [cn470Rp002B26(), 3, "ffff ffff ffff"],
        [cn470Rp002B26(), 4, "0000 0000 0000"],
        [cn470Rp002B26(), 2, "0000 0000 1234"],
        [cn470Rp002B26(), 6, undefined],
        [us915(0), 2, "0000 0000 1234 0000 0000"],
        [us915(0), 4, "0000 0000 0000 0000 0034"],
        [us915(0), 5, "0000 00ff ffff 0000 0034"],
        [us915(0), 6, "ffff ffff ffff ffff 0034"],
        [us915(0), 7, "0000 0000 0000 0000 0034"],
        [eu868(), 0, "1234"],
        [eu868(), 6, "ffff"],
        [eu868(), 1, undefined],
        [as923(2), 0, "1234"],
        [as923(2), 4, undefined],
      ] as const
    ).map(([plan, control, expected]) => [plan.name, control, expected, plan] as const),
  )("%s takes ChMaskCntl %i as %s", (_, control, expected, plan) => {
    const words = new Int32Array(Math.ceil(plan.slots / 16));
    const taken = plan.mask(words, control, 0x1234);
    const shown = Array.from(words, (word) => word.toString(16).padStart(4, "0")).join(" ");
    expect(taken ? shown : undefined).toBe(expected);
  });

  it("EU868: three channels, RX2 on 869.525 MHz at DR0, duty by sub-band", () => {
    const plan = eu868();
    expect(range(16).filter(plan.isOn)).toEqual([0, 1, 2]);
    expect(uplinks(plan).slice(0, 4)).toEqual([868.1, 868.3, 868.5, 0]);
    expect([plan.rx2Hz, plan.rx2Rate, plan.maxDbm]).toEqual([869_525_000, 0, 16]);
    expect([868_100_000, 867_100_000, 868_800_000, 869_525_000, 869_800_000].map(plan.dutyPart)).toEqual([
      100, 100, 1000, 10, 100,
    ]);
    expect(range(8).map((rate) => plan.maxPayload(rate, false))).toEqual([51, 51, 51, 115, 242, 242, 242, 0]);
  });

  it("US915: 64 and 8 channels up, 8 down, the RX1 table", () => {
    const plan = us915(1);
    expect(uplinks(plan)).toEqual([...series(902.3, 64), ...series(903, 8, 1.6)]);
    expect(downlinks(plan)).toEqual(range(72).map((slot) => series(923.3, 8, 0.6)[slot % 8]));
    expect(range(72).filter(plan.isOn)).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 65]);
    expect(range(5).map((rate) => range(4).map((offset) => plan.rx1Rate(rate, offset, false)))).toEqual([
      [10, 9, 8, 8],
      [11, 10, 9, 8],
      [12, 11, 10, 9],
      [13, 12, 11, 10],
      [13, 13, 12, 11],
    ]);
    expect(range(14).map((rate) => plan.spreadingFactor(rate))).toEqual([10, 9, 8, 7, 8, 0, 0, 0, 12, 11, 10, 9, 8, 7]);
  });

  it("AS923: two channels a group, dwell limits on payload and RX1", () => {
    expect([1, 2, 3, 4].map((group) => mhz(as923(group).uplinkHz(0)))).toEqual([923.2, 921.4, 916.6, 917.3]);
    const plan = as923(1);
    expect(range(7).map((rate) => plan.maxPayload(rate, true))).toEqual([0, 0, 11, 53, 125, 242, 242]);
    expect(range(8).map((offset) => plan.rx1Rate(3, offset, false))).toEqual([3, 2, 1, 0, 0, 0, 4, 5]);
    expect(range(8).map((offset) => plan.rx1Rate(3, offset, true))).toEqual([3, 2, 2, 2, 2, 2, 4, 5]);
    expect(plan.rx1Rate(5, 7, true)).toBe(5);
  });
});
