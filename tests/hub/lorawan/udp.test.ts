import { afterEach, describe, expect, it } from "@jest/globals";
import type { NetworkServer } from "@songbai/sim/air/gateway";
import { type UdpGateway, udpGateway } from "@songbai/sim/air/udp-gateway";
import { listenUdp, type UdpServer } from "@songbai/tools/hub/lorawan/udp";
import { songbai } from "../../support/command.ts";
import { runScenario } from "../../support/simulation.ts";

const ADDRESS = "127.0.0.1";

describe("a scenario over a real UDP socket", () => {
  let server: UdpServer | undefined;
  let gateway: UdpGateway | undefined;
  afterEach(async () => {
    gateway?.close();
    await server?.close();
  });

  it("comes to the same as without one, octet for octet", async () => {
    const direct = await runScenario("fall-at-home");
    let hub: NetworkServer | undefined;
    const logged: string[] = [];
    const log = (sentence: string) => logged.push(sentence);
    server = await listenUdp({
      server: { uplink: (reception, timeS) => (hub as NetworkServer).uplink(reception, timeS) },
      port: 0,
      address: ADDRESS,
      log,
    });
    gateway = await udpGateway({ host: ADDRESS, port: server.port, subBand: 10, patienceMs: 10_000, log });
    const remote = await runScenario("fall-at-home", {
      between: (far) => {
        hub = far;
        return gateway as UdpGateway;
      },
    });
    expect(remote.transcript.digest()).toBe(direct.transcript.digest());
    expect(remote.hub.counts()).toEqual(direct.hub.counts());
    expect(remote.hub.counts().accepted).toBeGreaterThan(3);
    expect(remote.messages).toEqual(direct.messages);
    expect(server.counts()).toMatchObject({ malformed: 0, refused: 0, gateways: 1 });
    expect(logged).toEqual([]);
  }, 60_000);

  it("goes on when nobody answers: the device keeps what it has not delivered", async () => {
    server = await listenUdp({ server: { uplink: () => ({}) }, port: 0, address: ADDRESS, log: () => {} });
    gateway = await udpGateway({ host: ADDRESS, port: server.port, subBand: 10, patienceMs: 1 });
    const { outcome } = await runScenario("fall-at-home", { between: () => gateway as UdpGateway });
    expect(outcome.records.journalled).toBeGreaterThan(3);
    expect(outcome.records.lost).toBe(0);
  }, 60_000);
});

describe("songbai hub --udp and songbai run --gateway, asked wrongly", () => {
  it.each([
    [["hub", "--udp", "1700"], "The hub knows no device: give it --data with enrolled ones, or --demo bracelet."],
    [["hub", "--udp", "70000", "--demo", "bracelet"], "--udp 70000 is not a whole number from 0 to 65535."],
    [["run", "bracelet", "--gateway", "1700"], "--gateway 1700 is not a host and a port, such as 127.0.0.1:1700."],
    [["run", "bracelet", "--gateway", "a:0"], "--gateway 0 is not a whole number from 1 to 65535."],
  ])("%j", async (words, sentence) => {
    const { status, stderr } = await songbai(...words);
    expect([status, stderr]).toEqual([2, `${sentence}\n`]);
  });
});
