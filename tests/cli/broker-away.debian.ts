import { describe, expect, it } from "@jest/globals";
import { startBroker } from "@songbai/tools/hub/platform/broker";
import { createSubscriber } from "@songbai/tools/hub/platform/subscriber";
import { songbai } from "../support/command.ts";
import { doorTo } from "../support/proxy.ts";

describe("a broker that goes away during a run", () => {
  it("gets every message once it is back", async () => {
    const broker = await startBroker();
    const door = await doorTo(() => broker.port);
    const heard: string[] = [];
    const subscriber = await createSubscriber({
      url: broker.url,
      onMessage: (topic, payload) =>
        heard.push(`${topic} ${(payload as { sequence: number }).sequence} ${(payload as { name: string }).name}`),
    });
    const run = songbai(
      "run",
      "bracelet",
      "--scenario",
      "bad-air",
      "--seed",
      "2",
      "--speed",
      "2500",
      "--mqtt",
      `mqtt://127.0.0.1:${door.port}`,
      "--json",
    );
    await new Promise((resume) => setTimeout(resume, 900));
    await door.shut();
    await new Promise((resume) => setTimeout(resume, 700));
    await door.open();
    const { status, stdout } = await run;
    const result = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(result.mqtt.unsent).toBe(0);
    // Two observations in each report, one in the alarm.
    expect(new Set(heard).size).toBe(result.mqtt.published);
    await subscriber.close();
    await door.shut();
    await broker.stop();
  });
});
