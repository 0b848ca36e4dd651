import { describe, expect, it } from "@jest/globals";
import { allocBytes, allocInts } from "@songbai/sdk/lang/intrinsics";
import { CLEAR, INCONSISTENT, STARTING, WEAK } from "@songbai/sdk/sensing/doubt";
import { FAR, lengthOf, offset } from "@songbai/sdk/sensing/position/distance";
import { type Fence, geofence, INSIDE, OUTSIDE, SIDE_UNKNOWN } from "@songbai/sdk/sensing/position/geofence";
import { type Fix, nmeaReader } from "@songbai/sdk/sensing/position/nmea";
import { rooms } from "@songbai/sdk/sensing/position/room";
import { CELL, CELL_BYTES, scan, WIFI, WIFI_BYTES } from "@songbai/sdk/sensing/position/scan";
import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import fc from "fast-check";
import { answersOn, RUNTIMES } from "../support/everywhere.ts";

function sentence(body: string): string {
  let sum = 0;
  for (const character of body) sum ^= character.charCodeAt(0);
  return `$${body}*${sum.toString(16).toUpperCase().padStart(2, "0")}\r\n`;
}

/** ddmm.mmmmm of degrees. */
function minutes(degrees: number, digits: number): string {
  const whole = Math.floor(Math.abs(degrees));
  return `${String(whole).padStart(digits, "0")}${((Math.abs(degrees) - whole) * 60).toFixed(5).padStart(8, "0")}`;
}

function rmc(time: string, status = "A"): string {
  return sentence(`GNRMC,${time},${status},3954.25200,N,11624.44400,E,0.1,,211126,,,A`);
}

function gga(
  time: string,
  latitude: number,
  longitude: number,
  { quality = 1, satellites = "08", dilution = "1.2" } = {},
): string {
  const [ns, ew] = [latitude < 0 ? "S" : "N", longitude < 0 ? "W" : "E"];
  return sentence(
    `GNGGA,${time},${minutes(latitude, 2)},${ns},${minutes(longitude, 3)},${ew},${quality},${satellites},${dilution},45.0,M,-9.0,M,,`,
  );
}

describe("sensing/position: what a GNSS receiver says", () => {
  // From the manual of a u-blox receiver in outline: RMC says valid, GGA says where.
  it("makes a fix of RMC and GGA of the same second", () => {
    const { read, fix } = nmeaReader();
    expect(read(rmc("120000.00"))).toBe(false);
    expect(read(gga("120000.00", 39.9042, 116.4074))).toBe(true);
    expect(fix).toEqual({ latitude: 399042000, longitude: 1164074000, accuracyM: 6, satellites: 8, timeS: 43200 });
  });

  it("reads to half a centimetre in every quarter of the earth", () => {
    const { read, fix } = nmeaReader();
    fc.assert(
      fc.property(
        fc.integer({ min: -89999999, max: 89999999 }),
        fc.integer({ min: -179999999, max: 179999999 }),
        (lat6, lon6) => {
          read(rmc("000001"));
          expect(read(gga("000001", lat6 / 1e6, lon6 / 1e6))).toBe(true);
          expect(Math.abs(fix.latitude - lat6 * 10)).toBeLessThanOrEqual(2);
          expect(Math.abs(fix.longitude - lon6 * 10)).toBeLessThanOrEqual(2);
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });

  it.each([
    ["no fix", gga("120000", 39.9, 116.4, { quality: 0 })],
    ["dead reckoning", gga("120000", 39.9, 116.4, { quality: 6 })],
    ["a simulator", gga("120000", 39.9, 116.4, { quality: 8 })],
    ["two satellites", gga("120000", 39.9, 116.4, { satellites: "02" })],
    ["no dilution", gga("120000", 39.9, 116.4, { dilution: "" })],
    ["a dilution of nothing", gga("120000", 39.9, 116.4, { dilution: "0.0" })],
    ["another second", gga("120001", 39.9, 116.4)],
    ["an hour that there is not", gga("250000", 39.9, 116.4)],
    ["a wrong checksum", gga("120000", 39.9, 116.4).replace("08", "09")],
    ["no checksum", gga("120000", 39.9, 116.4).split("*")[0]],
    ["91 degrees", sentence("GNGGA,120000,9100.0,N,11624.4,E,1,08,1.2,,,,,,")],
    ["sixty minutes", sentence("GNGGA,120000,3960.0,N,11624.4,E,1,08,1.2,,,,,,")],
    ["no hemisphere", sentence("GNGGA,120000,3954.2,,11624.4,E,1,08,1.2,,,,,,")],
    ["letters", sentence("GNGGA,120000,39a4.2,N,11624.4,E,1,08,1.2,,,,,,")],
    ["another sentence", sentence("GNGLL,3954.2,N,11624.4,E,120000,A,A")],
  ])("is silent about %s", (_, line) => {
    const { read } = nmeaReader();
    read(rmc("120000"));
    expect(read(line)).toBe(false);
  });

  it("is silent while RMC warns", () => {
    const { read } = nmeaReader();
    read(rmc("120000"));
    read(rmc("120000", "V"));
    expect(read(gga("120000", 39.9, 116.4))).toBe(false);
  });

  it("takes whatever comes: cut, long, changed in any place", () => {
    const { read, fix } = nmeaReader();
    const line = gga("120000", 39.9, 116.4);
    fc.assert(
      fc.property(
        fc.string({ maxLength: 150 }),
        fc.nat(line.length - 1),
        fc.integer({ min: 32, max: 126 }),
        (text, at, code) => {
          read(rmc("120000"));
          expect(read(text)).toBe(false);
          expect(read(`$${text}`)).toBe(false);
          read(line.slice(0, at));
          const changed = line.slice(0, at) + String.fromCharCode(code) + line.slice(at + 1);
          if (read(changed)) expect([fix.latitude, fix.longitude]).toEqual([399000000, 1164000000]);
          // The right checksum around anything.
          read(sentence(`GNGGA,120000,${text}`));
        },
      ),
      { seed: 2, numRuns: 2000 },
    );
  });
});

const EARTH_M = 6371000;

function haversine(aLat: number, aLon: number, bLat: number, bLon: number): number {
  const [p, q] = [aLat, bLat].map((degrees) => (degrees * Math.PI) / 180);
  const l = ((bLon - aLon) * Math.PI) / 180;
  const h = Math.sin((q - p) / 2) ** 2 + Math.cos(p) * Math.cos(q) * Math.sin(l / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(h));
}

describe("sensing/position: distances", () => {
  it("are those of the sphere within 0.2 % and two metres", () => {
    const way = allocInts(2);
    const e7 = (degrees: number) => Math.round(degrees * 1e7);
    fc.assert(
      fc.property(
        fc.double({ min: -75, max: 75, noNaN: true }),
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.double({ min: -0.2, max: 0.2, noNaN: true }),
        fc.double({ min: -0.2, max: 0.2, noNaN: true }),
        (lat, lon, dLat, dLon) => {
          const to = lon + dLon;
          const wrapped = to > 180 ? to - 360 : to < -180 ? to + 360 : to;
          offset(e7(lat), e7(lon), e7(lat + dLat), e7(wrapped), way);
          const right = haversine(lat, lon, lat + dLat, to);
          const said = lengthOf(way);
          if (right > FAR * 1.01) expect(said).toBe(FAR);
          else if (right < FAR * 0.99) expect(Math.abs(said - right)).toBeLessThanOrEqual(2 + right * 0.002);
        },
      ),
      { seed: 3, numRuns: 2000 },
    );
  });

  it("are far on the other side of the earth", () => {
    const way = allocInts(2);
    for (const [lat, lon] of [
      [-399042000, 1164074000],
      [399042000, -635926000],
      [900000000, 0],
      [399042000, 1264074000],
    ]) {
      offset(399042000, 1164074000, lat, lon, way);
      expect(lengthOf(way)).toBe(FAR);
    }
  });
});

/** A place so many metres east and north of a fence around Beijing. */
function at(east: number, north: number, accuracyM = 5): Fix {
  const latitude = 399042000 + Math.round(north / 0.0111195);
  const longitude = 1164074000 + Math.round(east / (0.0111195 * Math.cos((39.9042 * Math.PI) / 180)));
  return { latitude, longitude, accuracyM, satellites: 8, timeS: 0 };
}

function fenced(fence: Partial<Fence>) {
  const crossings: [number, number][] = [];
  const fences = geofence([{ latitude: 399042000, longitude: 1164074000, radiusM: 100, ...fence }], (which, side) =>
    crossings.push([which, side]),
  );
  return {
    crossings,
    side: () => fences.side(0),
    feed(times: number, east: number, north: number, accuracyM?: number) {
      for (let i = 0; i < times; i++) fences.feed(at(east, north, accuracyM));
    },
  };
}

describe("sensing/position: fences", () => {
  it("tells who goes out and who comes in, each once", () => {
    const { feed, side, crossings } = fenced({});
    expect(side()).toBe(SIDE_UNKNOWN);
    feed(3, 0, 0);
    expect([side(), crossings]).toEqual([INSIDE, []]);
    feed(10, 200, 0);
    expect(crossings).toEqual([[0, OUTSIDE]]);
    feed(10, 50, 0);
    expect(crossings).toEqual([
      [0, OUTSIDE],
      [0, INSIDE],
    ]);
  });

  it("believes no single fix, none near the edge and none that is vague", () => {
    const { feed, side, crossings } = fenced({});
    feed(3, 0, 0);
    for (let i = 0; i < 20; i++) {
      feed(2, 300, 0);
      feed(1, 10, 0);
      feed(5, 110, 0, 20);
      feed(5, 5000, 0, 600);
    }
    expect([side(), crossings]).toEqual([INSIDE, []]);
  });

  it("knows the side of a polygon with a bay in it", () => {
    // A square of 400 m with a notch from the north to its middle.
    const corners = [-200, -200, 200, -200, 200, 200, 50, 200, 0, 0, -50, 200, -200, 200];
    const sideOf = (east: number, north: number) => {
      const one = fenced({ radiusM: 0, corners });
      one.feed(3, east, north);
      return one.side();
    };
    expect([sideOf(0, -100), sideOf(150, 100), sideOf(-150, 100)]).toEqual([INSIDE, INSIDE, INSIDE]);
    expect([sideOf(0, 120), sideOf(300, 0), sideOf(0, -300), sideOf(9000, 9000), sideOf(-25000, 0)]).toEqual([
      OUTSIDE,
      OUTSIDE,
      OUTSIDE,
      OUTSIDE,
      OUTSIDE,
    ]);
    // On the line of an edge, behind its end.
    expect([sideOf(260, -200), sideOf(-260, 200)]).toEqual([OUTSIDE, OUTSIDE]);
    // Two metres from the edge with an accuracy of five nobody knows.
    expect([sideOf(198, 0), sideOf(202, 0)]).toEqual([SIDE_UNKNOWN, SIDE_UNKNOWN]);
  });
});

describe("sensing/position: the room by its beacons", () => {
  it("is that of the loudest, and changes for one that is 6 dB louder", () => {
    const home = rooms([0, 1]);
    expect(home.where(0)).toMatchObject({ value: UNKNOWN, quality: 0, doubt: STARTING });
    home.heard(0, -60, 0);
    expect(home.where(0)).toMatchObject({ value: 0, doubt: CLEAR });
    for (let ms = 0; ms < 9000; ms += 500) {
      home.heard(0, -60, ms);
      home.heard(1, -57, ms);
    }
    expect(home.where(9000).value).toBe(0);
    for (let ms = 9000; ms < 18000; ms += 500) {
      home.heard(0, -75, ms);
      home.heard(1, -57, ms);
    }
    expect(home.where(18000)).toMatchObject({ value: 1, quality: 95 });
  });

  it("is unknown 10 s after the last beacon, between two rooms, and where all are faint; and known when that heals", () => {
    const home = rooms([0, 1]);
    home.heard(0, -60, 1000);
    expect(home.where(11000).value).toBe(0);
    expect(home.where(11001)).toMatchObject({ value: UNKNOWN, quality: 0, doubt: WEAK });
    home.heard(0, -60, 20000);
    home.heard(1, -61, 20000);
    expect(home.where(20000)).toMatchObject({ value: UNKNOWN, doubt: INCONSISTENT });
    for (let ms = 20000; ms < 24000; ms += 500) home.heard(1, -80, ms);
    expect(home.where(24000).value).toBe(0);
    const faint = rooms([0]);
    faint.heard(0, -99, 0);
    expect(faint.where(0)).toMatchObject({ value: UNKNOWN, doubt: WEAK });
  });

  it("has several beacons a room, and no use for those of others", () => {
    const home = rooms([4, 4, 7]);
    home.heard(1, -50, 0);
    home.heard(2, -70, 0);
    home.heard(3, -20, 0);
    home.heard(-1, -20, 0);
    home.heard(0, 5, 0);
    expect(home.where(0).value).toBe(4);
  });
});

const bssid = (first: number, last: number) => Uint8Array.of(first, 2, 3, 4, 5, last);

describe("sensing/position: what is around", () => {
  it("lists access points and cells, the loudest first, each once", () => {
    const around = scan(2);
    around.wifi(bssid(0, 1), 0, -80, false);
    around.wifi(bssid(0, 2), 0, -50, false);
    around.wifi(bssid(0, 3), 0, -60, false);
    around.wifi(bssid(0, 2), 0, -70, false);
    around.wifi(bssid(0, 4), 0, -61, false);
    around.cell(460, 11, 4321, 0x0badcafe, -65);
    const into = allocBytes(64);
    const length = around.write(into, 0, 64);
    expect(length).toBe(2 * WIFI_BYTES + CELL_BYTES);
    expect(Array.from(into as Uint8Array).slice(0, length)).toEqual(
      [
        [WIFI, 256 - 50, 0, 2, 3, 4, 5, 2],
        [WIFI, 256 - 60, 0, 2, 3, 4, 5, 3],
        [CELL, 256 - 65, 1, 204, 0, 11, 16, 225, 0x0b, 0xad, 0xca, 0xfe],
      ].flat(),
    );
    expect(around.write(into, 0, 64)).toBe(length);
    expect(around.write(into, 0, 20)).toBe(2 * WIFI_BYTES);
    around.begin();
    expect(around.write(into, 0, 64)).toBe(0);
  });

  it("leaves out who asked for it, what moves, and what cannot be", () => {
    const around = scan(4);
    around.wifi(bssid(0, 1), 0, -50, true);
    around.wifi(bssid(2, 1), 0, -50, false);
    around.wifi(bssid(1, 1), 0, -50, false);
    around.wifi(bssid(0, 1), 0, 0, false);
    around.cell(0, 1, 1, 1, -60);
    around.cell(460, 1000, 1, 1, -60);
    around.cell(460, 0, 65536, 1, -60);
    expect(around.write(allocBytes(64), 0, 64)).toBe(0);
  });
});

describe("sensing/position on every runtime", () => {
  it("answers the same", async () => {
    const walk = Array.from({ length: 60 }, (_, i) => {
      const time = `1200${String(i).padStart(2, "0")}`;
      return [rmc(time), gga(time, 39.9042 + 0.0002 * (i % 20), 116.4074 - 0.0003 * (i % 17))];
    }).flat();
    const beacons = fc.sample(fc.tuple(fc.nat(3), fc.integer({ min: 45, max: 100 }), fc.nat(30)), { seed: 4, numRuns: 60 });
    const letters = fc.string({
      minLength: 8,
      maxLength: 8,
      unit: fc.integer({ min: 48, max: 122 }).map((c) => String.fromCharCode(c)),
    });
    const lines = [
      ...walk.map((line) => line.trim()),
      ...beacons
        .sort((a, b) => a[2] - b[2])
        .map(([beacon, level, s]) => `r${beacon}${String.fromCharCode(level)}${String.fromCharCode(48 + s)}`),
      ...fc.sample(letters, { seed: 5, numRuns: 30 }).map((text) => `w${text}`),
    ];
    const native = await answersOn("native", "tests/sensing/position-program.ts", lines);
    expect(native.some((answer) => answer.includes("out"))).toBe(true);
    expect(new Set(native).size).toBeGreaterThan(60);
    for (const runtime of RUNTIMES.slice(1)) {
      expect(await answersOn(runtime, "tests/sensing/position-program.ts", lines)).toEqual(native);
    }
  });
});
