import { beforeEach, describe, expect, it } from "@jest/globals";
import { receive } from "./program.ts";

const AT = Date.UTC(2026, 10, 22, 8, 30, 5) / 1000;
const AT_OCTETS = "ea070b16081e05";

/** What the device sends for these lines, each of its own device, connected at `level`. */
function told(lines: readonly string[], level = 2): string {
  receive("start 2 69");
  receive(`connect ${level}`);
  return lines.map((line) => receive(line)).at(-1)!;
}
const notify = (configuration: string) => `pdu 12${configuration}000100`;
const indicate = (configuration: string) => `pdu 12${configuration}000200`;

describe("bearer/ble, services", () => {
  it("Device Information: the system id is the device id, low octet first", () => {
    expect(told(["pdu 0a0900"])).toBe("0b42000000c0113f7a");
    expect(told(["pdu 0a0b00"])).toBe(`0b${Buffer.from("watch").toString("hex")}`);
    expect(told(["pdu 0a0d00"])).toBe(`0b${Buffer.from("7A3F11C000000042").toString("hex")}`);
    expect(told(["pdu 0a0f00"])).toBe(`0b${Buffer.from("1.2.3").toString("hex")}`);
    expect(told(["pdu 0a1100"])).toBe(`0b${Buffer.from("Songbai").toString("hex")}`);
  });

  it("Battery: read, and notified at once and when it has changed", () => {
    expect(told(["pdu 0a1400"])).toBe("0b58");
    expect(told([notify("15")])).toBe("13 1b140058");
    expect(told([notify("15"), "battery 88"])).toBe("");
    expect(told([notify("15"), "battery 87"])).toBe("1b140057");
    expect(told([notify("15"), "pdu 1215000000", notify("15")])).toBe("13 1b140058");
  });

  describe("Heart Rate", () => {
    it("75 /min on the skin with an RR interval of 784/1024 s", () => {
      expect(told([notify("21"), "beat 784", "heart 75 1"])).toBe("1b2000164b1003");
    });

    it("without contact, above 255 /min, without intervals", () => {
      expect(told([notify("21"), "heart 75 0"])).toBe("1b2000044b");
      expect(told([notify("21"), "heart 255 1"])).toBe("1b200006ff");
      expect(told([notify("21"), "heart 256 1"])).toBe("1b2000070001");
    });

    it("tells the intervals since the last one, as many as fit, the oldest first, no more than 16", () => {
      const beats = Array.from({ length: 20 }, (_, i) => `beat ${i + 1}`);
      const last = (hex: string) => hex.split("1b2000")[1].slice(4);
      const tails = ["heart 60 1", "heart 60 1"].map((_, i, all) =>
        last(told([notify("21"), ...beats, ...all.slice(0, i + 1)])),
      );
      const words = (from: number, to: number) =>
        Array.from({ length: to - from + 1 }, (_, i) => `${(from + i).toString(16).padStart(2, "0")}00`).join("");
      expect(tails).toEqual([words(5, 13), words(14, 20)]);
      expect(last(told(["pdu 021800", notify("21"), ...beats, "heart 60 1"]))).toBe(words(5, 13));
      expect(last(told(["pdu 021900", notify("21"), ...beats, "heart 60 1"]))).toBe(words(5, 14));
    });

    it("keeps nothing for who was not there", () => {
      expect(told(["beat 784", "heart 75 1", notify("21")])).toBe("13");
      expect(told(["beat 784", notify("21"), "heart 75 1"])).toBe("1b2000064b");
      expect(told([notify("21"), "beat 784", "pdu 1221000000", notify("21"), "heart 75 1"])).toBe("1b2000064b");
    });

    it("tells where it is worn", () => {
      expect(told(["pdu 0a2300"])).toBe("0b02");
    });

    it("needs an encrypted link", () => {
      expect(told([notify("21")], 1)).toBe("0112210005");
      expect(told(["pdu 0a2300"], 1)).toBe("010a230005");
    });
  });

  it("Pulse Oximeter: 97 %, 72 /min, index 3.5 %", () => {
    expect(told([notify("2a"), "spo2 97 72 35"])).toBe("1b2900106100480023f0");
    expect(told([notify("2a"), "spo2 -2147483647 72 35"])).toBe("1b290010ff07480023f0");
    expect(told([indicate("27"), `spot 97 72 35 ${AT}`])).toBe(`1d26000961004800${AT_OCTETS}23f0`);
    expect(told(["pdu 0a2c00"])).toBe("0b4800");
  });

  it("Health Thermometer: 36.42 Cel", () => {
    expect(told([indicate("30"), `temperature 3642 ${AT}`])).toBe(`1d2f00023a0e00fe${AT_OCTETS}`);
    expect(told([indicate("30"), "temperature -1500 0"])).toBe("1d2f000224fafffe00000000000000");
    expect(told([notify("35"), "meanwhile 3500"])).toBe("1b340000ac0d00fe");
    expect(told(["pdu 0a3200"])).toBe("0b01");
  });

  it("Blood Pressure: 135/85, mean 101, 72 /min, irregular pulse", () => {
    expect(told([indicate("39"), `pressure 135 85 101 72 4 ${AT}`])).toBe(`1d380016870055006500${AT_OCTETS}48000400`);
    expect(told([notify("3c"), "cuff 150"])).toBe("1b3b00009600ff07ff07");
    expect(told(["pdu 0a3e00"])).toBe("0b0700");
  });

  it("Weight Scale: 72.5 kg, 24.8 kg/m2, 1.71 m", () => {
    expect(told([indicate("4d"), `weight 14500 248 1710 ${AT}`])).toBe(`1d4c000aa438${AT_OCTETS}f800ae06`);
    expect(told([indicate("4d"), `weight 14500 248 0 ${AT}`])).toBe(`1d4c0002a438${AT_OCTETS}`);
    expect(told(["pdu 0a4a00"])).toBe("0bbd010000");
  });

  it("Body Composition: 22.5 % fat, 38 % muscle, 40 kg water, 512.3 Ohm", () => {
    expect(told([indicate("53"), `composition 225 380 8000 5123 ${AT}`])).toBe(`1d52001203e100${AT_OCTETS}7c01401f0314`);
    expect(told(["pdu 0a5000"])).toBe("0b89390000");
  });

  it("Running Speed and Cadence: 1.25 m/s, 104 /min, stride 72 cm, 1,234.5 m, walking", () => {
    expect(told([notify("57"), "run 320 104 72 12345 0"])).toBe("1b560003400168480039300000");
    expect(told([notify("57"), "run 800 160 110 12345 1"])).toBe("1b5600072003a06e0039300000");
    expect(told(["pdu 0a5900"])).toBe("0b0700");
  });

  it("an observation is told by the services of its code alone", () => {
    // The rig offers each observation to Heart Rate too.
    expect(told([notify("21"), indicate("30"), `temperature 3642 ${AT}`])).toBe(`1d2f00023a0e00fe${AT_OCTETS}`);
  });

  it("the newest measurement overtakes one that has not left", () => {
    expect(told([notify("2a"), "hold 1", "spo2 97 70 1", "spo2 97 71 1", "spo2 97 72 1", "hold 0"])).toBe(
      "1b2900106100480001f0",
    );
  });

  describe("Current Time", () => {
    it("is the time of the zone, with its weekday", () => {
      expect(told(["pdu 0a5c00"])).toBe("0b00000000000000000000");
      expect(told([`clock ${AT}`, "pdu 0a5c00"])).toBe("0bea070b16101e05070000");
    });

    it("is written by a central", () => {
      expect(told(["pdu 125c00ea070b16101e05070000"])).toBe(`set:${AT} 13`);
      expect(told(["pdu 125c00ea070d16101e05070000"])).toBe("01125c00ff");
      expect(told(["pdu 125c00ea070b16101e050700"])).toBe("01125c000d");
      expect(told(["pdu 125c00ea070b16101e05070000"], 1)).toBe("01125c0005");
    });

    it("is notified when it was adjusted, with why", () => {
      expect(told([notify("5d"), `clock ${AT}`, "adjusted 2"])).toBe("1b5c00ea070b16101e05070002");
      expect(told(["adjusted 2", notify("5d")])).toBe("13");
    });
  });
});

describe("bearer/ble, Glucose", () => {
  const access = (hex: string) => receive(`pdu 124600${hex}`);
  const ready = () => {
    receive(notify("42"));
    receive(indicate("47"));
  };
  /** Measurements of 120 mg/dL and so on, sequence numbers 5 to 9 of 5 that are kept, the first of them overwritten. */
  const MEASURED = Date.UTC(2020, 3, 13, 16, 38, 10) / 1000;
  const measured = (sequence: string, value: string) => `1b410003${sequence}00e407040d10260a0000${value}b0f1`;
  const SIX = measured("06", "78");
  const ALL_OF_THEM = [SIX, ...["07", "08", "09", "0a"].map((one, i) => measured(one, (0x79 + i).toString(16)))];
  const response = (request: string, value: string) => `1d46000600${request}${value}`;

  beforeEach(() => {
    receive("start 2 69");
    receive("connect 2");
    for (let i = 0; i < 6; i++) receive(`glucose ${119 + i} 1 15 ${MEASURED}`);
  });

  it("reports all, the first one octet for octet as it was captured from a meter", () => {
    ready();
    expect(SIX).toContain("030600e407040d10260a000078b0f1");
    expect(access("0101").split(" ")).toEqual(["13", ...ALL_OF_THEM, response("01", "01")]);
  });

  it.each([
    ["at most 7", "0102010700", [0, 1]],
    ["at least 9", "0103010900", [3, 4]],
    ["from 7 to 8", "01040107000800", [1, 2]],
    ["from 8 to 8", "01040108000800", [2]],
    ["the first", "0105", [0]],
    ["the last", "0106", [4]],
  ])("reports %s", (_, hex, which) => {
    ready();
    expect(access(hex).split(" ")).toEqual(["13", ...which.map((i) => ALL_OF_THEM[i]), response("01", "01")]);
  });

  it("says when there is none", () => {
    ready();
    expect(access("0102010500")).toBe(`13 ${response("01", "06")}`);
    receive("pdu 1e");
    expect(access("0202010500")).toBe(`13 ${response("02", "06")}`);
    receive("pdu 1e");
    expect(access("04040100000500")).toBe("13 1d460005000000");
    receive("pdu 1e");
    expect(access("0201")).toBe(`13 ${response("02", "01")}`);
    for (const one of ["0101", "0105", "0106"]) {
      receive("pdu 1e");
      expect(access(one)).toBe(`13 ${response("01", "06")}`);
    }
  });

  it("tells how many there are", () => {
    ready();
    for (const [hex, count] of [
      ["0401", "05"],
      ["0402010700", "02"],
      ["0403010700", "04"],
      ["04040107000900", "03"],
      ["0405", "01"],
      ["0406", "01"],
    ]) {
      expect(access(hex)).toBe(`13 1d46000500${count}00`);
      receive("pdu 1e");
    }
  });

  it("forgets what it is told to, and nothing else", () => {
    ready();
    expect(access("02040107000800")).toBe(`13 ${response("02", "01")}`);
    receive("pdu 1e");
    expect(access("0101").split(" ").slice(1, -1)).toEqual([0, 3, 4].map((i) => ALL_OF_THEM[i]));
    receive("pdu 1e");
    access("0205");
    receive("pdu 1e");
    access("0206");
    receive("pdu 1e");
    expect(access("0101").split(" ").slice(1, -1)).toEqual([ALL_OF_THEM[3]]);
  });

  it("stops in the middle of a report, and says nothing more of it", () => {
    ready();
    receive("hold 1");
    access("0101");
    expect(access("0300")).toBe("");
    expect(receive("hold 0").split(" ")).toEqual(["13", response("03", "01")]);
    receive("pdu 1e");
    expect(access("0300")).toBe(`13 ${response("03", "01")}`);
  });

  it("goes on where it is told to stop in words that it does not know, and loses no answer", () => {
    ready();
    receive("hold 1");
    access("0101");
    access("0301");
    const said = receive("hold 0").split(" ");
    expect(said[0]).toBe("13");
    expect(said).toContain(response("03", "03"));
    const all = [...said, ...receive("pdu 1e").split(" ")].filter(
      (pdu) => pdu.startsWith("1b") || pdu === response("01", "01"),
    );
    expect(all).toEqual([...ALL_OF_THEM, response("01", "01")]);
  });

  it("loses no answer where the last record is behind it", () => {
    ready();
    receive("hold 1");
    access("0105");
    access("0301");
    expect(receive("hold 0").split(" ")).toEqual(["13", response("03", "03"), ALL_OF_THEM[0]]);
    expect(receive("pdu 1e")).toBe(response("01", "01"));
  });

  it("does one thing at a time", () => {
    ready();
    receive("hold 1");
    access("0101");
    access("0401");
    expect(receive("hold 0").split(" ")).toEqual(["01124600fe", ...ALL_OF_THEM, response("01", "01")]);
    // The answer before was sent, so this is another procedure, whose answer waits for the confirmation.
    expect(access("0401")).toBe("13");
    expect(access("0405")).toBe("01124600fe");
    expect(receive("pdu 1e")).toBe("1d460005000500");
  });

  it("needs both subscriptions for a report, and that of its answers for all", () => {
    expect(access("0401")).toBe("01124600fd");
    receive(indicate("47"));
    expect(access("0101")).toBe("01124600fd");
    expect(access("0401")).toBe("13 1d460005000500");
  });

  it("forgets what was asked for when the subscription ends", () => {
    ready();
    receive("hold 1");
    access("0101");
    receive("pdu 124200" + "0000");
    receive("disconnect");
    receive("hold 0");
    receive("connect 2");
    receive(notify("42"));
    expect(receive(indicate("47"))).toBe("13");
  });

  it("says no more of a report whose subscriber has left, nor of one whose answer nobody takes", () => {
    ready();
    receive("hold 1");
    access("0101");
    receive("pdu 1242000000");
    expect(receive("hold 0")).toBe("13");
    expect(receive(notify("42"))).toBe("13");

    expect(access("0401")).toBe("13 1d460005000500");
    expect(access("0405")).toBe("13");
    receive("pdu 1247000000");
    expect(receive(indicate("47"))).toBe("13");
    expect(receive("pdu 1e")).toBe("");
  });

  it.each([
    ["an unknown request", "0001", "00", "02"],
    ["an answer as a request", "0601", "06", "02"],
    ["a request from later", "0701", "07", "02"],
    ["no operator", "0100", "01", "03"],
    ["no operator for the number", "0400", "04", "03"],
    ["an operator of an abortion", "0301", "03", "03"],
    ["an operand of an abortion", "030001", "03", "05"],
    ["an operator from later", "0107", "01", "04"],
    ["an operand of all", "010101", "01", "05"],
    ["an operand of the first", "01050105", "01", "05"],
    ["no operand", "0102", "01", "05"],
    ["half an operand", "01020105", "01", "05"],
    ["an operand too long", "010201050000", "01", "05"],
    ["half a range", "0104010500", "01", "05"],
    ["a range from its end", "01040108000700", "01", "05"],
    ["a filter by time", "010202e407040d10260a", "01", "09"],
    ["a filter of later", "0103030500", "01", "09"],
  ])("refuses %s", (_, hex, request, value) => {
    ready();
    expect(access(hex)).toBe(`13 ${response(request, value)}`);
  });

  it("refuses what is too short to be a request", () => {
    ready();
    expect(access("01")).toBe("011246000d");
  });

  it("needs an encrypted link", () => {
    receive("disconnect");
    receive("connect 1");
    expect(access("0101")).toBe("0112460005");
  });
});
