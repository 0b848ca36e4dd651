import { describe, expect, it } from "@jest/globals";
import { otaa } from "@songbai/sdk/bearer/lorawan/activation";
import { cn470Rp001 } from "@songbai/sdk/bearer/lorawan/cn470-rp001";
import { DEVICE_TIME, LINK_CHECK } from "@songbai/sdk/bearer/lorawan/commands";
import { lorawanMac } from "@songbai/sdk/bearer/lorawan/mac";
import type { Lora, LoraChannel } from "@songbai/sdk/board/lora";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { prng } from "@songbai/sdk/lang/prng";
import { BUSY, MISSING, OK } from "@songbai/sdk/lang/result";
import { openCounters } from "@songbai/sdk/store/counters";
import { openEpochs } from "@songbai/sdk/store/epochs";
import { airtimeUs } from "@songbai/sim/air/airtime";
import type { Downlink } from "@songbai/sim/air/gateway";
import { hub } from "@songbai/tools/hub/hub";
import type { Push } from "@songbai/tools/hub/lorawan/server";
import { memoryStore } from "@songbai/tools/hub/store/store";
import { fakeTimers } from "../../support/fake-board.ts";
import { NOON, sender } from "../../support/fleet.ts";
import { toHex } from "../../support/hex.ts";
import { blankImage, norPart } from "../../support/nor-part.ts";

const SUB_BAND = 10;
const WANG = sender(1);
const { credentials } = WANG;
const { deviceId } = credentials;
const COMMAND_PORT = 20;
const MOST_DBM = 19;
const GATEWAY = "aa555a0000000101";

interface OnAir {
  readonly frame: Uint8Array;
  readonly channel: LoraChannel;
  readonly fromMs: number;
}

/** The SDK's own MAC on a radio, and the hub behind the air. */
function street({ snrDb = 5, continuous = false } = {}) {
  const timers = fakeTimers();
  const store = memoryStore([{ ...credentials, continuous }]);
  const far = hub({ store, subBand: SUB_BAND, publish: () => {} });
  const said: string[] = [];
  const rates: number[] = [];
  const powers: number[] = [];
  const refused: string[] = [];
  const air = { loseUp: (_: number) => false, loseDown: (_: OnAir) => false };
  let down: OnAir[] = [];
  let busy = false;
  let sent = 0;
  const timeS = () => NOON + timers.now() / 1000;

  function occupy(ms: number, then: () => void): void {
    busy = true;
    timers.after(ms, () => {
      busy = false;
      then();
    });
  }
  function order({ frame, channel, delayMs }: Downlink | (Push & { delayMs: number })): void {
    const one = { frame, channel, fromMs: timers.now() + delayMs };
    if (!air.loseDown(one)) down.push(one);
  }
  const lora: Lora = {
    transmit(octets, length, channel, powerDbm, onDone) {
      if (busy) return BUSY;
      const frame = (octets as Uint8Array).slice(0, length);
      const heard = { frame, channel: { ...channel }, rssiDbm: -100, snrDb: snrDb + powerDbm - MOST_DBM, gateway: GATEWAY };
      occupy(Math.ceil(airtimeUs(length, channel.spreadingFactor, true) / 1000), () => {
        rates.push(12 - channel.spreadingFactor);
        powers.push(powerDbm);
        if (!air.loseUp(sent++)) {
          const { downlink, rejected } = far.uplink(heard, timeS());
          if (rejected !== undefined) refused.push(rejected);
          if (downlink !== undefined) order(downlink);
        }
        onDone();
      });
      return OK;
    },
    receive(into, channel, timeoutMs, onFrame) {
      if (busy) return BUSY;
      const nowMs = timers.now();
      const isFor = (one: OnAir) =>
        one.channel.frequencyHz === channel.frequencyHz &&
        one.channel.spreadingFactor === channel.spreadingFactor &&
        one.fromMs >= nowMs &&
        one.fromMs < nowMs + timeoutMs;
      const one = down.find(isFor);
      down = down.filter((other) => other !== one);
      const ms =
        one === undefined ? timeoutMs : one.fromMs - nowMs + airtimeUs(one.frame.length, channel.spreadingFactor, false) / 1000;
      occupy(Math.ceil(ms), () => {
        if (one !== undefined) (into as Uint8Array).set(one.frame);
        onFrame(one === undefined ? MISSING : one.frame.length);
      });
      return OK;
    },
    clear(_channel, done) {
      timers.after(5, () => done(true));
      return OK;
    },
  };
  const image = blankImage(4, 1024);
  const epochs = openEpochs(norPart(image, 1024), 2048, 4096, 1);
  const counters = openCounters(norPart(image, 1024), 0, 8, () => OK);
  const root = {
    joinEui: credentials.joinEui,
    deviceEui: deviceId,
    appKey: () => aes128(credentials.appKey),
    cipherOf: aes128,
  };
  const plan = cn470Rp001(SUB_BAND);
  const mac = lorawanMac(
    lora,
    timers,
    { next: prng(1) },
    {
      plan,
      activation: otaa(root, counters, epochs, 1),
      dataRate: plan.startRate,
      adaptive: true,
      confirmed: true,
      continuous,
      mostDbm: MOST_DBM,
      mostPayload: 242,
    },
    {
      battery: () => 200,
      snrDb: () => -7,
      onJoined: (address) => said.push(`joined ${address}`),
      onReady: () => {},
      onLinkCheck: (margin, gateways) => said.push(`check ${margin} ${gateways}`),
      onTime: (seconds) => said.push(`time ${seconds}`),
      onData: (port, payload, length) => said.push(`data ${port} ${toHex(payload as Uint8Array, length)}`),
    },
  );
  mac.join();
  timers.pass(60_000);
  /** Sends a record, and answers whether it was acknowledged. */
  function send(sequence: number): boolean {
    const record = WANG.record(sequence);
    let answer = false;
    // A MAC that joins again beside its session takes nothing meanwhile.
    mac.send(record, record.length, (acknowledged) => {
      answer = acknowledged;
    });
    timers.pass(600_000);
    return answer;
  }
  return { far, store, mac, timers, said, rates, powers, refused, air, send, timeS, order };
}

describe("the SDK's MAC and the hub", () => {
  it("join, talk, and ask each other: margin, time, status", () => {
    const { mac, send, said, store, refused, timeS } = street();
    expect(said).toEqual(["joined 1"]);
    mac.ask(LINK_CHECK);
    mac.ask(DEVICE_TIME);
    expect([send(0), send(1), send(2)]).toEqual([true, true, true]);
    expect(said).toContain("check 17 1");
    const gps = Number(said.find((one) => one.startsWith("time"))?.slice(5));
    expect(gps - (timeS() - 315_964_800 + 18)).toBeGreaterThan(-1801);
    expect(store.sessionsOf(1)).toMatchObject([{ proved: true, status: { battery: 200, marginDb: -7 } }]);
    expect(refused).toEqual([]);
  });

  it("come to the fastest rate and less power on a good link, and find each other again when nothing was heard for long", () => {
    const { send, rates, powers, store, air, timeS } = street({ snrDb: 12 });
    for (let n = 0; n < 30; n++) expect(send(n)).toBe(true);
    expect(rates[rates.length - 1]).toBe(5);
    expect(powers[powers.length - 1]).toBeLessThan(powers[0]);
    expect(store.sessionsOf(1)).toMatchObject([{ txPower: 2, heard: { dataRate: 5 } }]);
    air.loseDown = () => true;
    for (let n = 30; n < 60; n++) expect(send(n)).toBe(false);
    // It has joined again and again meanwhile; the session before stays beside the last.
    expect(store.sessionsOf(1).map(({ proved }) => proved)).toEqual([true, false]);
    air.loseDown = () => false;
    for (let n = 60; n < 100; n++) send(n);
    expect(send(200)).toBe(true);
    const [session] = store.sessionsOf(1).filter(({ proved }) => proved);
    // 4 dB are left at SF7: 1.5 over the margin, less than a step.
    expect(session).toMatchObject({ txPower: 4, heard: { dataRate: 5, snrDb: 4 } });
    expect(timeS() - (session.heard?.timeS as number)).toBeLessThan(602);
  });

  it("answer in RX2 where RX1 is lost, at the rate that the join agreed on", () => {
    const { send, air, far, order } = street();
    expect(send(0)).toBe(true);
    air.loseDown = ({ channel }) => channel.frequencyHz !== 505_300_000;
    expect(send(1)).toBe(false);
    // A gateway that cannot serve RX1 serves RX2.
    const first = far.uplink;
    (far as { uplink: typeof far.uplink }).uplink = (heard, timeS) => {
      const outcome = first(heard, timeS);
      if (outcome.downlink?.otherwise !== undefined) order({ ...outcome.downlink, ...outcome.downlink.otherwise });
      return outcome;
    };
    expect(send(2)).toBe(true);
  });

  it("repeat a frame until it is answered where frames are lost, and keep its record once", () => {
    const { send, air, far, store } = street();
    air.loseUp = (n) => n % 2 === 0;
    for (let n = 0; n < 60; n++) send(n);
    expect(store.sessionsOf(1)[0].nbTrans).toBe(2);
    air.loseUp = () => false;
    let lost = 0;
    air.loseDown = () => lost++ % 2 === 0;
    const before = far.counts();
    expect(send(100)).toBe(true);
    expect(far.counts()).toEqual({ ...before, accepted: before.accepted + 1, duplicates: before.duplicates + 1 });
  });

  it("bring a command down, once, whatever is lost", () => {
    const { send, far, said, air, store, timeS } = street();
    far.queue(deviceId, COMMAND_PORT, Uint8Array.of(1, 2), timeS() + 1000);
    air.loseDown = () => true;
    send(0);
    air.loseDown = () => false;
    send(1);
    send(2);
    send(3);
    expect(said.filter((one) => one.startsWith("data"))).toEqual([`data ${COMMAND_PORT} 0102`]);
    expect(store.queued(1, timeS())).toEqual([]);
  });

  it("bring it at once to a device that listens all the time", () => {
    const { send, far, said, store, timers, timeS, order } = street({ continuous: true });
    expect(send(0)).toBe(true);
    far.queue(deviceId, COMMAND_PORT, Uint8Array.of(7), timeS() + 1000);
    for (const push of far.due(timeS())) order({ ...push, delayMs: 100 });
    timers.pass(3000);
    expect(said).toContain(`data ${COMMAND_PORT} 07`);
    send(1);
    expect(store.queued(1, timeS())).toEqual([]);
  });

  it("join again beside the session that there is", () => {
    const one = street();
    expect(one.send(0)).toBe(true);
    const before = one.store.sessionsOf(1)[0].number;
    one.mac.join();
    one.timers.pass(60_000);
    expect(one.send(1)).toBe(true);
    expect(one.store.sessionsOf(1)).toMatchObject([{ proved: true, frameUp: 0 }]);
    expect(one.store.sessionsOf(1)[0].number).toBeGreaterThan(before);
  });
});
