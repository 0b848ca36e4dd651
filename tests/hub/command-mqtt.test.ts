import { afterEach, describe, expect, it } from "@jest/globals";
import { EXPIRED, MISSING, OK } from "@songbai/sdk/lang/result";
import { type Hub, hub } from "@songbai/tools/hub/hub";
import { startBroker } from "@songbai/tools/hub/platform/broker";
import { commandOverMqtt } from "@songbai/tools/hub/platform/command-over-mqtt";
import { listenForCommands } from "@songbai/tools/hub/platform/commands";
import { memoryStore } from "@songbai/tools/hub/store/store";
import { printedId } from "@songbai/tools/provision/demo";
import mqtt from "mqtt";
import { openedDown, sender } from "../support/fleet.ts";

const one = sender(1);
const DEVICE = printedId(one.credentials.deviceId);
const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition() && Date.now() < deadline) await new Promise((resume) => setTimeout(resume, 10));
}

describe("commands over MQTT", () => {
  it("are sealed for the device; what is none is refused in one sentence, and what the broker has kept is not taken", async () => {
    const broker = await startBroker();
    open.push(broker.stop);
    const platform = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
    open.push(() => platform.endAsync(true));
    await platform.publishAsync(`songbai/v1/${DEVICE}/command`, '{"command":"ring","seconds":9}', { retain: true, qos: 1 });
    const said: string[] = [];
    const published: object[] = [];
    const far: Hub = hub({
      store: memoryStore([one.credentials]),
      subBand: 0,
      publish: (_topic, payload) => published.push(payload),
    });
    const listener = await listenForCommands({ url: broker.url, hub: far, log: (line) => said.push(line) });
    open.push(listener.close);
    const give = (payload: string, device = DEVICE) =>
      platform.publishAsync(`songbai/v1/${device}/command`, payload, { qos: 1 });
    await give("{");
    await give('{"command":"sing"}');
    await give('{"command":"locate"}', "0000-0000-0000-0000");
    await give('{"command":"locate"}', "wang");
    await give('{"command":"ring","seconds":30,"id":"a"}');
    await until(() => published.length === 3);
    const kept = `Refused: a kept message on songbai/v1/${DEVICE}/command; commands are published without retain.`;
    expect(said).toEqual([
      kept,
      `Refused: a command for ${DEVICE}: a command is an object such as {"command": "ring", "seconds": 30}.`,
      `Refused: a command for ${DEVICE}: "command" is one of locate, interval, ring, cancel-alarm, set-time.`,
      "Refused: a command for 0000-0000-0000-0000: the device 0000-0000-0000-0000 is not enrolled.",
      "Refused: songbai/v1/wang/command names no device.",
    ]);
    expect(published).toMatchObject([
      { name: "command-refused" },
      { name: "command-refused" },
      { name: "command-queued", command: "ring", number: 1, id: "a" },
    ]);
    const now = Date.now() / 1000;
    const frame = far.waiting?.(one.credentials.deviceId, now) as Uint8Array;
    const [kind, ...rest] = openedDown(one.credentials, frame).slice(1);
    expect([kind, rest.slice(-2)]).toEqual([3, [0x18, 30]]);
    expect(far.waiting?.(one.credentials.deviceId, now)).toBeUndefined();
  });
});

describe("songbai command --mqtt", () => {
  /** A broker, a hub behind it, and what becomes of a command given to it. */
  async function bench({ withHub = true } = {}) {
    const broker = await startBroker();
    open.push(broker.stop);
    const platform = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
    open.push(() => platform.endAsync(true));
    const say = (payload: object) => platform.publish(`songbai/v1/${DEVICE}/status`, JSON.stringify(payload), { qos: 1 });
    let given: () => void = () => {};
    const taken = new Promise<void>((resume) => {
      given = resume;
    });
    const far = hub({
      store: memoryStore([one.credentials]),
      subBand: 0,
      publish: (_topic, payload) => {
        say(payload);
        given();
      },
    });
    if (withHub) open.push((await listenForCommands({ url: broker.url, hub: far, log: () => {} })).close);
    const ask = (json: object, deviceId = one.credentials.deviceId) =>
      commandOverMqtt({ url: broker.url, deviceId, json, expiresS: Date.now() / 1000, patienceMs: 300 });
    return { far, say, taken, ask };
  }
  const answer = (number: number, result: number) => ({
    name: "command",
    values: { number: { value: number }, result: { value: result } },
  });

  it.each([
    ["is done", answer(1, OK), { done: true, number: 1, result: OK, sentence: `${DEVICE} has done command 1.` }],
    [
      "comes too late",
      answer(1, EXPIRED),
      { done: false, number: 1, result: EXPIRED, sentence: `${DEVICE} has not done command 1: it came too late.` },
    ],
    [
      "is not possible",
      answer(1, MISSING),
      { done: false, number: 1, result: MISSING, sentence: `${DEVICE} has not done command 1: result -6.` },
    ],
  ])("says that it %s", async (_, status, told) => {
    const { taken, say, ask } = await bench();
    const outcome = ask({ command: "locate" });
    await taken;
    // Of another command, and no status at all.
    say(answer(2, OK));
    say([]);
    say(status);
    expect(await outcome).toEqual(told);
  });

  it("says that it expired, as the hub tells it", async () => {
    const { far, taken, ask } = await bench();
    const outcome = ask({ command: "locate" });
    await taken;
    far.expire(Date.now() / 1000 + 601);
    expect(await outcome).toEqual({
      done: false,
      number: 1,
      sentence: `Command 1 has expired: ${DEVICE} has not answered it.`,
    });
  });

  it("says what the hub refuses, that it says no more, and that there is none", async () => {
    const { ask } = await bench();
    expect((await ask({ command: "sing" })).sentence).toMatch(/^The hub refused the command: "command" is one of .*\.$/);
    expect((await ask({ command: "locate" })).sentence).toMatch(/said no more of command 1, which has expired\.$/);
    const { ask: inVain } = await bench({ withHub: false });
    expect((await inVain({ command: "locate" })).sentence).toMatch(/^No hub at .* took the command; does it run, and know/);
  });
});
