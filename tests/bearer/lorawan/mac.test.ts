import { createRequire } from "node:module";
import { describe, expect, it } from "@jest/globals";
import { as923 } from "@songbai/sdk/bearer/lorawan/as923";
import { cn470Rp001 } from "@songbai/sdk/bearer/lorawan/cn470-rp001";
import { cn470Rp002A20 } from "@songbai/sdk/bearer/lorawan/cn470-rp002";
import { DEVICE_TIME, LINK_CHECK } from "@songbai/sdk/bearer/lorawan/commands";
import { eu868 } from "@songbai/sdk/bearer/lorawan/eu868";
import { RECORD_PORT } from "@songbai/sdk/bearer/lorawan/frame";
import { us915 } from "@songbai/sdk/bearer/lorawan/us915";
import { BUSY, MISSING, OK, OUT_OF_RANGE } from "@songbai/sdk/lang/result";
import { fromHex, toHex } from "../../support/hex.ts";
import { APP_KEY, APPLICATION_KEY, countersOn, downlink, header, macBench, NETWORK_KEY, opened, RECORD } from "./mac-bench.ts";
import { joinAccept } from "./peer.ts";

const lora = createRequire(import.meta.url)("lora-packet") as typeof import("lora-packet").default;
const PLAN = cn470Rp001(10);

/** Carries out the commands of one downlink, and answers what the next uplink says in its header. */
function asked(options: string, plan = PLAN) {
  const bench = macBench(plan);
  bench.send(downlink(0, { options }));
  bench.send(downlink(1));
  return { bench, answer: header(bench.sent[1]).options };
}

describe("bearer/lorawan/mac, class A", () => {
  it("sends what lora-packet verifies and decrypts, commands in the header included", () => {
    const bench = macBench(PLAN);
    bench.send(downlink(0, { options: "06" }));
    bench.send();
    for (const { frame } of bench.sent) {
      const packet = lora.fromWire(Buffer.from(frame));
      expect(lora.verifyMIC(packet, Buffer.from(NETWORK_KEY))).toBe(true);
      expect(lora.decrypt(packet, Buffer.from(APPLICATION_KEY), Buffer.from(NETWORK_KEY)).toString("hex")).toBe(toHex(RECORD));
    }
    expect(lora.fromWire(Buffer.from(bench.sent[1].frame)).FOpts?.toString("hex")).toBe("06c839");
  });

  it("takes what lora-packet makes", () => {
    const made = lora.fromFields(
      {
        MType: "Unconfirmed Data Down",
        DevAddr: Buffer.from("26011bda", "hex"),
        FCtrl: { ADR: false, ACK: true, ADRACKReq: false, FPending: false },
        FCnt: 0,
        FPort: 9,
        payload: Buffer.from("0102", "hex"),
      },
      Buffer.from(APPLICATION_KEY),
      Buffer.from(NETWORK_KEY),
    );
    const bench = macBench(PLAN);
    expect(bench.send(new Uint8Array(made.PHYPayload as Buffer))).toEqual([true]);
    expect(bench.said).toEqual(["data 9 0102"]);
  });

  it("acknowledged in RX1; in RX2; by none", () => {
    const bench = macBench(PLAN);
    expect(bench.send(downlink(0))).toEqual([true]);
    expect(bench.heard).toHaveLength(1);
    expect(bench.send(undefined, downlink(1))).toEqual([true, true]);
    expect(bench.send()).toEqual([true, true, false]);
    expect(bench.send(downlink(2, { ack: false }))).toEqual([true, true, false, false]);
  });

  it("sends on every channel of the sub-band and on no other", () => {
    const slots = new Set<number>();
    for (let seed = 1; seed < 100; seed++) {
      const bench = macBench(PLAN, { seed: seed * 77_777 });
      bench.send();
      slots.add((bench.sent[0].channel.frequencyHz - 470_300_000) / 200_000);
    }
    expect([...slots].sort()).toEqual([80, 81, 82, 83, 84, 85, 86, 87]);
  });

  it.each([
    ["an acknowledgement that says something", { port: RECORD_PORT, payload: "110500" }, true, "110500", []],
    ["something without an acknowledgement", { port: RECORD_PORT, payload: "110500", ack: false }, false, "110500", []],
    ["an acknowledgement with another port's data", { port: 12, payload: "0102" }, true, "", ["data 12 0102"]],
    ["a bare acknowledgement", {}, true, "", []],
  ])("hands on with the record what the hub says to it: %s", (_, down, acknowledged, answer, said) => {
    const bench = macBench(PLAN);
    const heard: [boolean, string][] = [];
    bench.windows.push(downlink(0, down));
    bench.mac.send(RECORD, 4, (yes, octets, length) => heard.push([yes, toHex(octets, length)]));
    bench.timers.pass(10_000);
    expect(heard).toEqual([[acknowledged, answer]]);
    expect(bench.said).toEqual(said);
  });

  it("answers each record once when the next is sent from within the answer: no windows of one close those of another", () => {
    const bench = macBench(PLAN);
    const answers: string[] = [];
    const send = (name: string, then: () => void): void => {
      const result = bench.mac.send(RECORD, 4, (acknowledged) => {
        answers.push(`${name} ${acknowledged}`);
        then();
      });
      expect(result).toBe(OK);
    };
    bench.windows.push(downlink(0), downlink(1), undefined, downlink(2));
    send("first", () => send("second", () => send("third", () => {})));
    bench.timers.pass(20_000);
    expect(answers).toEqual(["first true", "second true", "third true"]);
  });

  it("waits for the end of a long frame in RX1 that reaches over RX2", () => {
    const bench = macBench(PLAN, { heardMs: 1500 });
    expect(bench.send(downlink(0))).toEqual([true]);
    expect(bench.send(downlink(0))).toEqual([true, false]);
    expect(bench.heard).toHaveLength(2);
  });

  it("opens RX1 and RX2 where the plan says, earlier by the error of the clocks", () => {
    const bench = macBench(PLAN);
    bench.send();
    expect(bench.heard.map(({ since }) => since)).toEqual([989, 1989]);
    const slot = (bench.sent[0].channel.frequencyHz - 470_300_000) / 200_000;
    expect(bench.heard[0].channel).toEqual({ frequencyHz: PLAN.rx1Hz(slot, 0), spreadingFactor: 9, bandwidthKhz: 125 });
    expect(bench.heard[1].channel).toEqual({ frequencyHz: 505_300_000, spreadingFactor: 12, bandwidthKhz: 125 });
    for (const { channel, timeoutMs } of bench.heard)
      expect(timeoutMs - 22 - (8 * 2 ** channel.spreadingFactor) / 125).toBeCloseTo(0.5, -0.3);
    bench.send(downlink(0, { options: "0807" }));
    bench.send();
    expect(bench.heard.slice(-2).map(({ since }) => since)).toEqual([6983, 7983]);
  });

  it("repeats a frame NbTrans times, octet for octet, each on another channel, until it is acknowledged", () => {
    const bench = macBench(PLAN);
    bench.send(downlink(0, { options: "03ffff0053" }));
    const before = bench.sent.length;
    bench.timers.pass(1);
    bench.windows.push(undefined, undefined, undefined, undefined, downlink(1));
    bench.mac.send(RECORD, 4, (acknowledged) => bench.answers.push(acknowledged));
    bench.timers.pass(60_000);
    const frames = bench.sent.slice(before);
    expect(frames.map(({ frame }) => toHex(frame))).toEqual(Array(3).fill(toHex(frames[0].frame)));
    expect(frames[1].channel.frequencyHz).not.toBe(frames[0].channel.frequencyHz);
    expect(frames[2].channel.frequencyHz).not.toBe(frames[1].channel.frequencyHz);
    expect(bench.answers).toEqual([true, true]);
    for (const [i, { at }] of frames.slice(1).entries()) {
      const pause = at - frames[i].at - 100 - 2000;
      expect(pause).toBeGreaterThan(1000);
      expect(pause).toBeLessThan(3400);
    }
    expect(header(frames[0]).counter).toBe(1);
    bench.send();
    expect(header(bench.sent.at(-1) as never).counter).toBe(2);
  });

  it("acknowledges a confirmed downlink with its next frame, once", () => {
    const bench = macBench(PLAN);
    bench.send(downlink(0, { confirmed: true }));
    bench.send();
    bench.send();
    expect(bench.sent.map((uplink) => header(uplink).ack)).toEqual([false, true, false]);
  });

  it("counts up over restarts without a repeat, and down across 16 bits", () => {
    const first = macBench(PLAN);
    first.send(downlink(0xfffe));
    first.send(downlink(0x10001));
    expect(first.answers).toEqual([true, true]);
    const second = macBench(PLAN, { image: first.image });
    expect(second.send(downlink(0x10001))).toEqual([false]);
    expect(second.send(downlink(0x10002))).toEqual([false, true]);
    expect(header(second.sent[0]).counter).toBeGreaterThan(header(first.sent[1]).counter);
    expect(countersOn(first.image).get(4)).toBe(0x10003);
  });

  it.each([
    ["with a wrong code", downlink(0, { options: "06", keys: [APPLICATION_KEY, NETWORK_KEY] })],
    ["for another address", downlink(0, { options: "06", address: 1 })],
    ["that is an uplink", downlink(0, { options: "06", type: 2 })],
    ["with commands in header and payload", downlink(0, { options: "06", port: 0, payload: "06" })],
    ["cut short", downlink(0, { options: "06" }).slice(0, -1)],
    ["of one octet", Uint8Array.of(0x60)],
  ])("hears a downlink %s as if it were silence", (_, frame) => {
    const bench = macBench(PLAN);
    expect(bench.send(frame, downlink(0))).toEqual([true]);
    expect(bench.heard).toHaveLength(2);
    bench.send();
    expect(header(bench.sent[1]).options).toBe("");
  });

  it("refuses a replayed downlink, and none of its commands is carried out", () => {
    const bench = macBench(PLAN);
    const frame = downlink(5, { options: "06" });
    bench.send(frame);
    bench.send(frame);
    bench.send();
    expect(bench.answers).toEqual([true, false, false]);
    expect(bench.sent.map((uplink) => header(uplink).options)).toEqual(["", "06c839", ""]);
  });

  it("is busy while a record is under way, and refuses what does not fit", () => {
    const bench = macBench(PLAN);
    expect(bench.mac.maxPayload()).toBe(242);
    expect(bench.mac.send(new Uint8Array(243), 243, () => {})).toBe(OUT_OF_RANGE);
    expect(bench.mac.send(new Uint8Array(115), 115, () => {})).toBe(OK);
    expect(bench.mac.send(RECORD, 4, () => {})).toBe(BUSY);
    bench.timers.pass(10_000);
    expect(bench.mac.join()).toBe(MISSING);
  });

  it("sends what its rate does not carry at the next one that does", () => {
    const bench = macBench(PLAN, { settings: { dataRate: 1 } });
    for (const length of [23, 24, 51, 52, 116]) {
      bench.mac.send(new Uint8Array(length), length, () => {});
      bench.timers.pass(10_000);
    }
    expect(bench.sent.map(({ channel }) => channel.spreadingFactor)).toEqual([11, 10, 10, 9, 8]);
    bench.send(downlink(0, { options: "06" }));
    bench.mac.send(new Uint8Array(22), 22, () => {});
    bench.timers.pass(20_000);
    // The answer goes before: beside the record it would have cost a rate.
    expect(bench.sent.slice(-2).map((one) => [header(one).port, one.channel.spreadingFactor])).toEqual([
      [0, 11],
      [11, 11],
    ]);
  });

  it("takes and sends no more than its buffer holds", () => {
    const bench = macBench(PLAN, { settings: { mostPayload: 64 } });
    expect(bench.mac.maxPayload()).toBe(64);
    expect(bench.mac.send(new Uint8Array(65), 65, () => {})).toBe(OUT_OF_RANGE);
    const fits = downlink(0, { port: 7, payload: "55".repeat(64), options: "06".repeat(15) });
    expect(bench.send(downlink(0, { port: 7, payload: "55".repeat(80) }), fits)).toEqual([true]);
    expect(bench.said).toEqual([`data 7 ${"55".repeat(64)}`]);
  });

  it("hears the channel first: leaves a busy one for another, and says in the end that none was free", () => {
    let free = false;
    const bench = macBench(PLAN, { clear: () => free });
    expect(bench.mac.keepsListenFirst).toBe(true);
    expect(bench.send()).toEqual([false]);
    expect(bench.sent).toHaveLength(0);
    free = true;
    expect(bench.send(downlink(0))).toEqual([false, true]);
    expect(macBench(PLAN).mac.keepsListenFirst).toBe(false);
    expect(macBench(eu868()).mac.keepsListenFirst).toBe(true);
  });

  it("sends nothing longer than law or dwell limit, whatever a table says", () => {
    for (const [plan, dataRate] of [
      [{ ...PLAN, maxPayload: () => 51 }, 1],
      [{ ...as923(1), maxPayload: () => 51 }, 2],
    ] as const) {
      const bench = macBench(plan, { settings: { dataRate } });
      bench.mac.send(new Uint8Array(51), 51, (acknowledged) => bench.answers.push(acknowledged));
      bench.timers.pass(10_000);
      expect([bench.answers, bench.sent.length]).toEqual([[false], 0]);
    }
  });

  it("keeps the duty cycle of EU868, and the one that the network asks", () => {
    for (const [plan, options, part] of [
      [eu868(), "", 100],
      [PLAN, "0404", 16],
    ] as const) {
      const bench = macBench(plan, { settings: { dataRate: 5 } });
      bench.send(downlink(0, { options }));
      bench.send(downlink(1));
      bench.windows.push(downlink(2));
      bench.mac.send(RECORD, 4, () => {});
      bench.timers.pass(600_000);
      const airtime = 1 + Math.floor((12.25 + 8 + 28) * 1.024);
      expect(bench.sent).toHaveLength(3);
      expect(bench.sent[2].at - bench.sent[1].at).toBeGreaterThanOrEqual(Math.min(20_000, airtime * (part - 1)));
    }
  });
});

describe("bearer/lorawan/mac, class C", () => {
  it("listens on RX2 between frames, hands on what comes, and still sends", () => {
    const bench = macBench(PLAN, { settings: { continuous: true } });
    bench.send(downlink(0));
    bench.windows.push(downlink(1, { port: 7, payload: "aabb" }));
    bench.timers.pass(3000);
    expect(bench.said).toEqual(["data 7 aabb"]);
    expect(bench.heard.at(-1)?.channel).toEqual({ frequencyHz: 505_300_000, spreadingFactor: 12, bandwidthKhz: 125 });
    expect(bench.send(undefined, downlink(2))).toEqual([true, true]);
    expect(bench.sent).toHaveLength(2);
  });
});

describe("bearer/lorawan/mac, class C under load", () => {
  it("opens RX1 of each frame at its own time, when the answer to the last came before", () => {
    const bench = macBench(PLAN, { settings: { continuous: true } });
    bench.windows.push(downlink(0));
    bench.mac.send(RECORD, 4, () => bench.mac.send(RECORD, 4, (acknowledged) => bench.answers.push(acknowledged)));
    bench.timers.pass(1200);
    bench.windows.push(undefined, downlink(1));
    bench.timers.pass(10_000);
    expect(bench.answers).toEqual([true]);
    expect(bench.heard.filter(({ channel }) => channel.frequencyHz !== 505_300_000).map(({ since }) => since)).toEqual([989]);
  });

  it("keeps a sticky answer that was not sent yet when the next downlink comes", () => {
    const bench = macBench(PLAN, { settings: { continuous: true } });
    bench.send(downlink(0));
    bench.windows.push(downlink(1, { options: "0801" }), downlink(2));
    bench.timers.pass(3000);
    bench.send();
    expect(header(bench.sent[1]).options).toBe("08");
  });
});

describe("bearer/lorawan/mac, commands", () => {
  it.each([
    ["DevStatusReq", "06", "06c839"],
    ["DutyCycleReq", "0402", "04"],
    ["LinkADRReq of rate, power, channels and NbTrans", "0352ff0051", "0307"],
    ["LinkADRReq that keeps rate and power", "03ffff0050", "0307"],
    ["two LinkADRReq as one block", "03ff000000" + "03ff0f0050", "03070307"],
    ["LinkADRReq of DR0, which the second on air forbids", "0302ff0050", "0305"],
    ["LinkADRReq of a rate that there is not", "0362ff0050", "0305"],
    ["LinkADRReq of a power that there is not", "0358ff0050", "0303"],
    ["LinkADRReq of another ChMaskCntl", "0352ff0070", "0306"],
    ["RXParamSetupReq", "0522a0c94c", "0507"],
    ["RXParamSetupReq of a wrong offset, rate and frequency", "056f010000", "0500"],
    ["RXTimingSetupReq", "0803", "08"],
    ["NewChannelReq and DlChannelReq in a fixed plan: no answer", "0703184f8450" + "0a03184f84" + "06", "06c839"],
    ["TxParamSetupReq where there is none: no answer", "0925" + "06", "06c839"],
    ["an unknown command: parsing ends there", "06" + "0b" + "06", "06c839"],
    ["0c, 80 and 00 unknown", "0c06", ""],
    ["a command cut short", "06" + "0522a0", "06c839"],
    ["three, in order", "0402" + "06" + "0803", "0804" + "06c839"],
  ])("%s", (_, options, answer) => {
    expect(asked(options).answer).toBe(answer);
  });

  it("LinkADR: all of a block or nothing of it", () => {
    const done = asked("0323ff0052").bench;
    done.send();
    const channelOf = (hz: number): number => (hz - 470_300_000) / 200_000;
    expect(done.sent[1].channel.spreadingFactor).toBe(10);
    expect(done.sent[1].powerDbm).toBe(19 - 6);
    expect(channelOf(done.sent[1].channel.frequencyHz)).toBeGreaterThanOrEqual(80);
    expect(done.sent.slice(2).map(({ frame }) => toHex(frame))).toHaveLength(2);

    const refused = asked("03200100" + "42" + "0328ff0050").bench;
    expect(header(refused.sent[1]).options).toBe("03030303");
    expect([refused.sent[1].channel.spreadingFactor, refused.sent[1].powerDbm]).toEqual([9, 19]);
  });

  it("RXParamSetup moves RX1 and RX2", () => {
    const { bench } = asked("0522a0c94c");
    const [rx1] = bench.heard.slice(-1);
    expect(rx1.channel.spreadingFactor).toBe(11);
    bench.send();
    expect(bench.heard.at(-1)?.channel).toEqual({ frequencyHz: 0x4cc9a0 * 100, spreadingFactor: 10, bandwidthKhz: 125 });
  });

  it("repeats sticky answers until a downlink, others once", () => {
    const bench = macBench(PLAN);
    bench.send(downlink(0, { options: "080106" }));
    bench.send();
    bench.send();
    bench.send(downlink(1));
    bench.send();
    expect(bench.sent.map((uplink) => header(uplink).options)).toEqual(["", "0806c839", "08", "08", ""]);
  });

  it("sends answers beyond 15 octets on port 0, before the record", () => {
    const bench = macBench(PLAN);
    bench.send(downlink(0, { port: 0, payload: "06".repeat(6) }));
    bench.send();
    const [, commands, record] = bench.sent;
    expect(header(commands)).toMatchObject({ port: 0, options: "", counter: 1 });
    const frame = opened(commands, 1);
    expect(toHex(frame.payload, frame.payloadLength)).toBe("06c839".repeat(6));
    expect(header(record)).toMatchObject({ port: 11, options: "", counter: 2 });
    bench.send(downlink(1, { port: 0, payload: "06".repeat(5) }));
    bench.send();
    expect(header(bench.sent.at(-1) as never).options).toBe("06c839".repeat(5));
  });

  it("sends answers ahead where they do not fit beside the record", () => {
    const bench = macBench(PLAN);
    bench.send(downlink(0, { options: "06" }));
    bench.mac.send(new Uint8Array(115), 115, () => {});
    bench.timers.pass(20_000);
    expect(bench.sent.slice(1).map((uplink) => header(uplink).port)).toEqual([0, 11]);
  });

  it("asks for a link check and the time, and hands on the answers", () => {
    const bench = macBench(PLAN);
    bench.mac.ask(LINK_CHECK);
    bench.mac.ask(DEVICE_TIME);
    bench.send(downlink(0, { options: "021403" + "0d0102030480" }));
    expect(header(bench.sent[0]).options).toBe("020d");
    expect(bench.said).toEqual(["check 20 3", `time ${0x04030201} 128`]);
  });

  it("defines channels in a dynamic plan, with downlinks of their own, and leaves the region's", () => {
    const bench = macBench(eu868(), { settings: { dataRate: 5 } });
    // 867.1 MHz = 0x844f18 as channel 3, DR0 to DR5; channel 0 is the region's; rates the wrong way round; 300 MHz.
    bench.send(downlink(0, { options: "0703184f8450" + "0700184f8450" }));
    bench.send(downlink(1, { options: "0704184f8405" + "0704c0c62d50" }));
    bench.timers.pass(600_000);
    bench.send(downlink(2, { options: "0a03d25684" + "0a07d25684" + "0350080001" }));
    bench.timers.pass(600_000);
    expect(bench.sent.map((uplink) => header(uplink).options)).toEqual(["", "07030702", "07010702"]);
    bench.timers.pass(600_000);
    bench.windows.push(downlink(3));
    bench.mac.send(RECORD, 4, () => {});
    bench.timers.pass(600_000);
    expect(header(bench.sent[3]).options).toBe("0a030a010307");
    expect(bench.sent[3].channel.frequencyHz).toBe(867_100_000);
    expect(bench.heard.at(-1)?.channel.frequencyHz).toBe(0x8456d2 * 100);
  });

  it("refuses a mask with a channel that is not defined", () => {
    const bench = macBench(eu868(), { settings: { dataRate: 5 } });
    bench.send(downlink(0, { options: "03500f0001" }));
    bench.send();
    expect(header(bench.sent[1]).options).toBe("0306");
    const all = macBench(eu868(), { settings: { dataRate: 5 } });
    all.send(downlink(0, { options: "0350000061" }));
    all.send();
    expect(header(all.sent[1]).options).toBe("0307");
  });

  it("lifts AS923's dwell limit by TxParamSetupReq", () => {
    const bench = macBench(as923(1));
    const spreadingFactor = (): number => {
      bench.mac.send(new Uint8Array(12), 12, () => {});
      bench.timers.pass(200_000);
      return (bench.sent.at(-1) as never as { channel: { spreadingFactor: number } }).channel.spreadingFactor;
    };
    expect(spreadingFactor()).toBe(9);
    bench.windows.push(downlink(0, { options: "0905" }));
    expect([spreadingFactor(), spreadingFactor()]).toEqual([9, 10]);
    expect(header(bench.sent[2]).options).toBe("09");
  });

  it("US915 sends DR4 on 500 kHz only, and hears 500 kHz", () => {
    const bench = macBench(us915(1));
    bench.send(downlink(0, { options: "0340ff0040" }));
    bench.send(downlink(1));
    // ChMaskCntl 4 turns wide channels on beside the narrow ones.
    expect(bench.sent[1].channel).toMatchObject({ spreadingFactor: 8, bandwidthKhz: 500 });
    expect((bench.sent[1].channel.frequencyHz - 903_000_000) % 1_600_000).toBe(0);
    expect(bench.heard[0].channel).toMatchObject({ spreadingFactor: 10, bandwidthKhz: 500 });
  });
});

describe("bearer/lorawan/mac, ADR", () => {
  it("asks after 64 frames; then full power, lower rates, all channels and single frames, 32 frames apart", () => {
    const bench = macBench(PLAN, { settings: { confirmed: false } });
    bench.send(downlink(0, { options: "0332010051" }));
    const seen: string[] = [];
    for (let i = 0; i < 240; i++) {
      bench.send();
      const { channel, powerDbm } = bench.sent.at(-1) as never as { channel: { spreadingFactor: number }; powerDbm: number };
      const { control } = header(bench.sent.at(-1) as never);
      const state = `SF${channel.spreadingFactor} ${powerDbm} dBm ${(control & 0x40) !== 0 ? "asks" : ""}`;
      if (!seen.at(-1)?.endsWith(state)) seen.push(`${i}: ${state}`);
    }
    expect(seen).toEqual([
      "0: SF9 15 dBm ",
      "64: SF9 15 dBm asks",
      "96: SF9 19 dBm asks",
      "128: SF10 19 dBm asks",
      "160: SF11 19 dBm asks",
      "192: SF11 19 dBm ",
    ]);
    const channels = new Set(bench.sent.slice(-40).map(({ channel }) => channel.frequencyHz));
    expect(new Set(bench.sent.slice(1, 180).map(({ channel }) => channel.frequencyHz)).size).toBe(1);
    expect(channels.size).toBe(8);
    bench.send(downlink(1, { options: "035200" + "0050" }));
    bench.send();
    expect(header(bench.sent.at(-1) as never).control & 0x40).toBe(0);
  });

  it("sends each frame once when nothing else is left", () => {
    const bench = macBench(PLAN, { settings: { confirmed: false } });
    bench.send(downlink(0, { options: "03320100" + "52" }));
    const times = (): number => {
      const before = bench.sent.length;
      bench.send();
      return bench.sent.length - before;
    };
    const counts = Array.from({ length: 200 }, times);
    expect([counts[0], counts[150], counts[199]]).toEqual([2, 2, 1]);
  });

  it("stays as it is where it is not adaptive", () => {
    const bench = macBench(PLAN, { settings: { adaptive: false } });
    for (let i = 0; i < 140; i++) bench.send();
    expect(new Set(bench.sent.map((uplink) => header(uplink).control))).toEqual(new Set([0]));
    expect(new Set(bench.sent.map(({ channel }) => channel.spreadingFactor))).toEqual(new Set([9]));
  });
});

describe("bearer/lorawan/mac, joining", () => {
  const keysOf = (joinNonce: number, devNonce: number) => {
    const big = (value: number, length: number): Buffer => Buffer.from(value.toString(16).padStart(2 * length, "0"), "hex");
    const keys = lora.generateSessionKeys10(Buffer.from(APP_KEY), big(0x13, 3), big(joinNonce, 3), big(devNonce, 2));
    return [new Uint8Array(keys.NwkSKey), new Uint8Array(keys.AppSKey)] as const;
  };

  function joining(plan = PLAN, ...windows: (Uint8Array | undefined)[]) {
    const bench = macBench(plan, { join: true, settings: { confirmed: false } });
    expect(bench.mac.send(RECORD, 4, () => {})).toBe(MISSING);
    bench.windows.push(...windows);
    expect(bench.mac.join()).toBe(OK);
    return { bench, joined: bench.ready };
  }

  it.each([
    ["RX1", [joinAccept(APP_KEY, { joinNonce: 1 })]],
    ["RX2", [undefined, joinAccept(APP_KEY, { joinNonce: 1 })]],
    ["RX2, after a forged one in RX1", [joinAccept(NETWORK_KEY, { joinNonce: 9 }), joinAccept(APP_KEY, { joinNonce: 1 })]],
  ])(
    "joins in %s, five and six seconds after the request, and then exchanges frames under the session's keys",
    (_, windows) => {
      const { bench, joined } = joining(PLAN, ...windows);
      bench.timers.pass(8000);
      expect(joined).toHaveLength(1);
      expect(bench.sent[0].channel.spreadingFactor).toBe(7);
      expect(bench.heard.map(({ since }) => since)).toEqual([4985, 5985].slice(0, windows.length));
      expect(bench.send(downlink(0, { keys: keysOf(1, 0) }))).toEqual([true]);
      const packet = lora.fromWire(Buffer.from(bench.sent[1].frame));
      const [network, application] = keysOf(1, 0).map((key) => Buffer.from(key));
      expect(lora.verifyMIC(packet, network)).toBe(true);
      expect(lora.decrypt(packet, application, network).toString("hex")).toBe(toHex(RECORD));
      expect(packet.getFCnt()).toBe(0);
    },
  );

  it("proves a session to the network: it asks for the time in a confirmed frame, three times until it is answered", () => {
    const { bench } = joining(PLAN, joinAccept(APP_KEY, { joinNonce: 1 }));
    expect(bench.mac.prove()).toBe(BUSY);
    bench.timers.pass(8000);
    const since = bench.ready.length;
    expect(bench.mac.prove()).toBe(OK);
    bench.timers.pass(30_000);
    const proofs = bench.sent.slice(1).map(({ frame }) => lora.fromWire(Buffer.from(frame)));
    expect(proofs.map((packet) => [packet.isConfirmed(), packet.getFCnt(), packet.getFPort()])).toEqual(
      [0, 1, 2].map((counter) => [true, counter, 0]),
    );
    const [network, application] = keysOf(1, 0).map((key) => Buffer.from(key));
    for (const packet of proofs) {
      expect(lora.verifyMIC(packet, network)).toBe(true);
      expect(lora.decrypt(packet, application, network).toString("hex")).toBe("0d");
    }
    expect(bench.ready).toHaveLength(since + 3);
    bench.windows.push(downlink(0, { keys: keysOf(1, 0) }));
    expect(bench.mac.prove()).toBe(OK);
    bench.timers.pass(30_000);
    expect(bench.sent).toHaveLength(5);
  });

  it("ends a proof that nobody answers when there is a record, which is one too", () => {
    const { bench } = joining(PLAN, joinAccept(APP_KEY, { joinNonce: 1 }));
    bench.timers.pass(8000);
    bench.mac.prove();
    bench.timers.pass(100);
    expect(bench.mac.send(RECORD, RECORD.length, () => {})).toBe(BUSY);
    bench.timers.pass(30_000);
    expect(bench.sent).toHaveLength(2);
    expect(bench.send(downlink(0, { keys: keysOf(1, 0) }))).toEqual([true]);
  });

  it("without an accept, asks again and again: new nonces, DR5 to DR1 and never DR0, at the pace that is allowed", () => {
    const { bench, joined } = joining();
    bench.timers.pass(3_600_000);
    expect(joined).toEqual([]);
    const nonces = bench.sent.map(({ frame }) => frame[17] | (frame[18] << 8));
    expect(nonces).toEqual(nonces.map((_, i) => i));
    expect(bench.sent.length).toBeGreaterThan(50);
    expect(bench.sent.slice(0, 6).map(({ channel }) => channel.spreadingFactor)).toEqual([7, 8, 9, 10, 11, 7]);
    const air = bench.sent.reduce((sum, { channel }) => sum + [62, 113, 206, 371, 823][channel.spreadingFactor - 7], 0);
    expect(air).toBeLessThanOrEqual(36_000 + 823);
    const before = bench.sent.length;
    bench.timers.pass(36_000_000);
    const later = bench.sent.slice(before);
    expect(
      later.reduce((sum, { channel }) => sum + [62, 113, 206, 371, 823][channel.spreadingFactor - 7], 0),
    ).toBeLessThanOrEqual(36_823);
    for (const { frame } of bench.sent)
      expect(lora.verifyMIC(lora.fromWire(Buffer.from(frame)), undefined, Buffer.from(APP_KEY))).toBe(true);
  });

  it("applies DLSettings and RxDelay, and leaves what the region has not", () => {
    const { bench } = joining(PLAN, joinAccept(APP_KEY, { joinNonce: 1, settings: 0x23, delay: 3 }));
    bench.timers.pass(8000);
    bench.send();
    expect(bench.heard.slice(1).map(({ since, channel }) => [since, channel.spreadingFactor])).toEqual([
      [2987, 11],
      [3987, 9],
    ]);
    const wrong = joining(PLAN, joinAccept(APP_KEY, { joinNonce: 1, settings: 0x7f })).bench;
    wrong.timers.pass(8000);
    wrong.send();
    expect(wrong.heard.slice(1).map(({ channel }) => channel.spreadingFactor)).toEqual([9, 12]);
  });

  it("takes masks in a fixed plan and frequencies in a dynamic one, and leaves a list of the other kind", () => {
    const masks = fromHex(`${"0000".repeat(2)}0100${"0000".repeat(4)}0001`);
    const frequencies = fromHex("184f84e85684b85e84886684586e8400");
    const used = (plan: typeof PLAN, channels: Uint8Array): Set<number> => {
      const { bench } = joining(plan, joinAccept(APP_KEY, { joinNonce: 1, channels }));
      bench.timers.pass(8000);
      for (let i = 0; i < 60; i++) {
        bench.send();
        bench.timers.pass(600_000);
      }
      return new Set(bench.sent.slice(1).map(({ channel }) => channel.frequencyHz / 1e5));
    };
    expect([...used(PLAN, masks)]).toEqual([4703 + 64]);
    expect(used(PLAN, frequencies).size).toBe(8);
    expect([...used(eu868(), frequencies)].sort()).toEqual([8671, 8673, 8675, 8677, 8679, 8681, 8683, 8685]);
    expect(used(eu868(), masks).size).toBe(3);
  });

  it("RP002 hears the join on the frequencies of its join channel, and RX2 stays there", () => {
    const { bench } = joining(cn470Rp002A20(), undefined, joinAccept(APP_KEY, { joinNonce: 1, settings: 1 }));
    bench.timers.pass(8000);
    bench.send();
    const up = bench.sent[0].channel.frequencyHz;
    const i = [4709, 4725, 4741, 4757, 5041, 5057, 5073, 5089].indexOf(up / 1e5);
    expect(bench.heard[0].channel.frequencyHz).toBe(484_500_000 + i * 1_600_000);
    expect(bench.heard[1].channel.frequencyHz).toBe(485_300_000 + i * 1_600_000);
    expect(bench.heard[3].channel.frequencyHz).toBe(485_300_000 + i * 1_600_000);
  });

  it("says when flash takes no DevNonce: nothing is sent", () => {
    const bench = macBench(PLAN, { join: true });
    bench.counters.put(6, 0x10000);
    bench.mac.join();
    bench.timers.pass(3_600_000);
    expect([bench.ready, bench.sent.length]).toEqual([[], 0]);
  });
});
