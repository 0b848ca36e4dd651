import { beforeEach, describe, expect, it } from "@jest/globals";
import { prng } from "@songbai/sdk/lang/prng";
import { receive } from "./program.ts";

// Handles of the program's table: Info 24, Up 26 and its configuration 27, Down 29.
const SUBSCRIBE = "pdu 121b000100";
const write = (hex: string) => receive(`pdu 121d00${hex}`);
const command = (hex: string) => receive(`pdu 521d00${hex}`);
const record = (octets: number) =>
  Array.from({ length: octets }, (_, i) => ((i + 1) & 255).toString(16).padStart(2, "0")).join("");
/** Fragments of notifications. */
const fragments = (said: string) => said.split(" ").flatMap((pdu) => (pdu.startsWith("1b1a00") ? [pdu.slice(6)] : []));

function begin(mtu = 69, asked = "f700"): void {
  receive(`start 2 ${mtu}`);
  receive("connect 1");
  receive(`pdu 02${asked}`);
}

describe("bearer/ble/record-service", () => {
  beforeEach(() => begin());

  it("says which version it is and of which device", () => {
    expect(receive("pdu 0a1800")).toBe("0b017a3f11c000000042");
  });

  it("is ready when a central has subscribed, and no longer than it is", () => {
    expect(receive(`send ${record(20)}`)).toBe("-6");
    expect(receive(SUBSCRIBE)).toBe("open 13");
    expect(receive(`send ${record(20)}`)).toBe(`1b1a000080${record(20)} 0`);
    expect(receive(`send ${record(20)}`)).toBe("-1");
    expect(receive("pdu 121b000000")).toBe("done:0:0 13");
    receive(SUBSCRIBE);
    receive("pdu 121b000000");
    receive(SUBSCRIBE);
    expect(receive(`send ${record(1)}`)).toBe("1b1a00018001 0");
    receive("pdu 121b000000");
    expect(receive(`send ${record(20)}`)).toBe("-6");
  });

  it.each([
    [23, 18],
    [32, 27],
    [69, 64],
  ])("at an MTU of %i a fragment carries %i octets, and records of every length are whole at the other end", (mtu, room) => {
    begin(69, `${mtu.toString(16).padStart(2, "0")}00`);
    receive(SUBSCRIBE);
    for (let number = 0; number < (mtu === 69 ? 258 : 16); number++) {
      const length = mtu === 69 ? 1 + (number % 255) : 255 - 17 * number + (number === 15 ? 1 : 0);
      const parts = fragments(receive(`send ${record(length)}`));
      expect(parts.map((part) => part.slice(4)).join("")).toBe(record(length));
      expect(parts.map((part) => part.length / 2 - 2)).toEqual(
        Array.from({ length: Math.ceil(length / room) }, (_, i) => Math.min(room, length - i * room)),
      );
      expect(parts.map((part) => part.slice(0, 4))).toEqual(
        parts.map((_, i) => {
          const part = i | (i === parts.length - 1 ? 0x80 : 0);
          return [number & 255, part].map((octet) => octet.toString(16).padStart(2, "0")).join("");
        }),
      );
      expect(write(`${(number & 255).toString(16).padStart(2, "0")}80`)).toBe("done:0:0 13");
    }
    expect(receive(`send ${record(256)}`)).toBe("-2");
  });

  it("sends a fragment when the link has taken the one before", () => {
    begin(69, "1700");
    receive(SUBSCRIBE);
    receive("hold 1");
    expect(receive(`send ${record(40)}`)).toBe(`1b1a000000${record(18)} 0`);
    // What the central asks meanwhile is answered between the fragments.
    expect(receive("pdu 0a1400")).toBe("");
    expect(receive("hold 0")).toBe(`0b58 1b1a000001${record(36).slice(36)} 1b1a000082${record(40).slice(72)}`);
  });

  describe("answers", () => {
    beforeEach(() => {
      receive(SUBSCRIBE);
      receive(`send ${record(20)}`);
    });

    it("are handed on before the record is done", () => {
      expect(write("0080aabb")).toBe("down:aabb done:0:0 13");
      expect(receive(`send ${record(1)}`)).toBe("1b1a00018001 0");
    });

    it("come in fragments as well, and without response", () => {
      expect(command("0000aa")).toBe("");
      expect(command("0001bb")).toBe("");
      expect(command("0082cc")).toBe("down:aabbcc done:0:0");
    });

    it("to another record are handed on, and end nothing", () => {
      expect(write("0180aabb")).toBe("down:aabb 13");
      expect(receive(`send ${record(1)}`)).toBe("-1");
    });

    it("before the record is out are no answers to it", () => {
      begin(69, "1700");
      receive(SUBSCRIBE);
      receive("hold 1");
      receive(`send ${record(40)}`);
      expect(write("0080")).toBe("");
      expect(receive(`send ${record(1)}`)).toBe("-1");
      receive("hold 0");
      expect(write("0080")).toBe("done:0:0 13");
    });

    it("without octets say that the hub cannot be had", () => {
      expect(write("0080")).toBe("done:0:0 13");
    });

    it("that do not come are waited for no longer than 30 s; late ones are handed on", () => {
      expect(receive("expire")).toBe("done:0:0");
      expect(write("0080aabb")).toBe("down:aabb 13");
      expect(receive(`send ${record(20)}`)).toBe(`1b1a000180${record(20)} 0`);
    });

    it("that do not come twice in a row are told", () => {
      expect(receive("expire")).toBe("done:0:0");
      receive(`send ${record(20)}`);
      expect(write("0180")).toBe("done:0:0 13");
      for (const [number, said] of [
        ["02", "done:0:0"],
        ["03", "done:0:0 silent"],
      ]) {
        expect(receive(`send ${record(1)}`)).toBe(`1b1a00${number}8001 0`);
        expect(receive("expire")).toBe(said);
      }
      receive("disconnect");
      receive("connect 1");
      receive(SUBSCRIBE);
      receive(`send ${record(20)}`);
      expect(receive("expire")).toBe("done:0:0");
    });

    it("never make a record delivered by themselves", () => {
      for (const said of [write("0080aa"), command("0080aa")]) expect(said).not.toContain("done:1");
    });
  });

  describe("commands", () => {
    it("are taken at any time, subscribed or not, and end no record", () => {
      expect(write("00c0aabb")).toBe("down:aabb 13");
      receive(SUBSCRIBE);
      receive(`send ${record(20)}`);
      expect(write("00c0aabb")).toBe("down:aabb 13");
      expect(receive(`send ${record(1)}`)).toBe("-1");
    });

    it("of 64 octets at the smallest MTU come in four fragments", () => {
      const octets = record(64);
      const parts = [0, 1, 2, 3].map(
        (i) => `07${(i | 0x40 | (i === 3 ? 0x80 : 0)).toString(16)}${octets.slice(36 * i, 36 * i + 36)}`,
      );
      expect(parts.map(write)).toEqual(["13", "13", "13", `down:${octets} 13`]);
    });
  });

  describe("fragments that do not fit in", () => {
    it.each([
      ["an index that is not next", ["0000aa", "0082bb"]],
      ["the same one again", ["0000aa", "0001bb", "0081cc"]],
      ["another number", ["0000aa", "0181bb"]],
      ["a command in an answer", ["0000aa", "00c1bb"]],
      ["no beginning", ["0081bb"]],
    ])("%s: are refused, and what was there is forgotten", (_, parts) => {
      const said = parts.map(write);
      expect(said.at(-1)).toBe("01121d0080");
      expect(said.join()).not.toContain("down");
      expect(write("0081dd")).toBe("01121d0080");
      expect(write("0080ee")).toBe("down:ee 13");
    });

    it("a message over 64 octets is refused, and what is no fragment", () => {
      expect(write(`0000${record(60)}`)).toBe("13");
      expect(write(`0081${record(5)}`)).toBe("01121d000d");
      expect(write(`0000${record(60)}`)).toBe("13");
      expect(write(`0081${record(4)}`)).toBe(`down:${record(60)}${record(4)} 13`);
      expect(write("")).toBe("01121d000d");
      expect(write("00")).toBe("01121d000d");
    });

    it("more than 64 of them are refused", () => {
      for (let i = 0; i < 64; i++) expect(write(`00${i.toString(16).padStart(2, "0")}${i === 0 ? "aa" : ""}`)).toBe("13");
      expect(write("0040")).toBe("13");
      expect(write("0081")).toBe("01121d0080");
    });

    it("an index 0 begins anew", () => {
      write("0000aa");
      expect(write("0180bb")).toBe("down:bb 13");
    });
  });

  describe("a connection that ends", () => {
    it("takes the record with it, which goes again from its first fragment, as number 0", () => {
      begin(69, "1700");
      receive(SUBSCRIBE);
      receive(`send ${record(10)}`);
      write("0080");
      receive("hold 1");
      expect(receive(`send ${record(40)}`)).toBe(`1b1a000100${record(18)} 0`);
      expect(receive("disconnect")).toBe("done:0:0 gone");
      receive("hold 0");
      expect(receive(`send ${record(40)}`)).toBe("-6");
      expect(receive("connect 1")).toBe("connected");
      expect(receive(`send ${record(40)}`)).toBe("-6");
      expect(receive(SUBSCRIBE)).toBe("open 13");
      expect(fragments(receive(`send ${record(40)}`)).map((part) => part.slice(0, 4))).toEqual(["0000", "0001", "0082"]);
    });

    it("takes the half of a message down with it", () => {
      write("0000aa");
      receive("disconnect");
      receive("connect 1");
      expect(write("0081bb")).toBe("01121d0080");
    });

    it("a link that breaks at any moment, a hundred times: what the other end has joined is what was sent", () => {
      const next = prng(7);
      const chance = (bound: number) => (next() >>> 1) % bound;
      begin(69, "1700");
      let joined = "";
      let delivered = 0;
      for (let i = 0; delivered < 100; i++) {
        receive("connect 1");
        receive(SUBSCRIBE);
        const sent = record(1 + (delivered % 80));
        receive("hold 1");
        let parts = fragments(receive(`send ${sent}`));
        for (let step = 0; step < chance(8); step++) {
          receive("hold 0");
          parts = [...parts, ...fragments(receive("hold 1"))];
        }
        if (chance(3) === 0) parts = [...parts, ...fragments(receive("hold 0"))];
        joined = parts.map((part) => part.slice(4)).join("");
        expect(sent.startsWith(joined)).toBe(true);
        if (Number.parseInt(parts.at(-1)!.slice(2, 4), 16) >= 0x80) {
          expect(joined).toBe(sent);
          delivered += 1;
        }
        receive("disconnect");
        receive("hold 0");
        expect(i).toBeLessThan(2000);
      }
    });
  });
});
