import { type ChildProcess, spawn } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { RECORD_PORT } from "@songbai/sdk/bearer/lorawan/frame";
import { decodeDatagram, encodeDatagram } from "@songbai/sim/air/semtech";
import { fileStore } from "@songbai/tools/hub/store/store";
import { sender } from "../../support/fleet.ts";
import { joinedSession, joinRequest, type PeerJoin } from "../../support/lorawan-device.ts";
import { randomSource } from "../../support/random.ts";

const SONGBAI = join(import.meta.dirname, "../../../tools/bin/songbai.js");
const GATEWAY = "aa555a0000000101";
const WANG = sender(1);
const { credentials } = WANG;
const KILLS = 10;

describe("songbai hub --udp, killed in the middle of joins and records", () => {
  let folder: string;
  let socket: Socket;
  let hub: ChildProcess | undefined;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "songbai-hub-"));
    const store = fileStore(folder);
    store.enrol(credentials);
    store.close();
    socket = createSocket("udp4");
    await new Promise<void>((resume) => socket.bind(0, "127.0.0.1", resume));
  });
  afterEach(() => {
    hub?.kill("SIGKILL");
    socket.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(): Promise<number> {
    const child = spawn(process.execPath, [SONGBAI, "hub", "--udp", "0", "--data", folder]);
    hub = child;
    for await (const line of createInterface({ input: child.stderr })) {
      const port = /UDP 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port !== undefined) {
        child.stderr.resume();
        child.stdout.resume();
        socket.send(encodeDatagram({ kind: "pull-data", token: 1, gateway: GATEWAY }), Number(port), "127.0.0.1");
        return Number(port);
      }
    }
    throw new Error("the hub did not begin");
  }

  /** Sends a frame; answers what comes down, `undefined` when nothing does for a while. */
  function exchange(port: number, frame: Uint8Array): Promise<Uint8Array | undefined> {
    const channel = { frequencyHz: 486_900_000, spreadingFactor: 9 };
    const heard = [{ tmst: 1, channel, chan: 3, rfch: 0, rssiDbm: -100, snrDb: 5, frame }];
    socket.send(encodeDatagram({ kind: "push-data", token: 1, gateway: GATEWAY, heard }), port, "127.0.0.1");
    return new Promise((resume) => {
      const listen = (octets: Uint8Array) => {
        const datagram = decodeDatagram(octets);
        if (datagram?.kind === "pull-resp") settle(datagram.send.frame);
      };
      const settle = (down?: Uint8Array) => {
        clearTimeout(timer);
        socket.off("message", listen);
        resume(down);
      };
      const timer = setTimeout(settle, 1200);
      socket.on("message", listen);
    });
  }

  it("gives no JoinNonce and takes no DevNonce twice, uses no counter down twice, and keeps the session that it answered under", async () => {
    const random = randomSource(3);
    const nonces = new Set<number>();
    const counters = new Set<string>();
    let devNonce = 0;
    let sequence = 0;
    let [joins, answers] = [0, 0];
    let session: { keys: PeerJoin; up: number } | undefined;
    for (let life = 0; life <= KILLS; life++) {
      const port = await start();
      const killed = new Promise((resume) => hub?.once("exit", resume));
      if (life < KILLS) setTimeout(() => hub?.kill("SIGKILL"), 500 + random.below(4000));
      const steps = life < KILLS ? Number.POSITIVE_INFINITY : 6;
      for (let step = 0; step < steps && hub?.exitCode === null && hub.signalCode === null; step++) {
        if (session === undefined || step % 3 === 2) {
          const request = joinRequest(credentials, devNonce);
          const accept = await exchange(port, request);
          if (accept !== undefined) {
            joins++;
            const keys = joinedSession(credentials, devNonce, accept);
            expect([keys.joinNonce, nonces.has(keys.joinNonce)]).toEqual([keys.joinNonce, false]);
            nonces.add(keys.joinNonce);
            session = { keys, up: 0 };
            // A copy that comes later, from another gateway or from somebody who has recorded it.
            if (random.below(5) === 0) expect(await exchange(port, request)).toBeUndefined();
          }
          devNonce++;
        } else {
          const { keys } = session;
          const frame = keys.uplink({ counter: session.up++, port: RECORD_PORT, payload: WANG.record(sequence++) });
          const down = await exchange(port, frame);
          if (down === undefined) continue;
          answers++;
          const { counter, acknowledges } = keys.read(down);
          expect(acknowledges).toBe(true);
          const key = `${keys.joinNonce}/${counter}`;
          expect([key, counters.has(key)]).toEqual([key, false]);
          counters.add(key);
        }
      }
      if (life === KILLS) hub?.kill("SIGTERM");
      await killed;
    }
    // Slow machines get through less of it.
    expect(joins).toBeGreaterThan(KILLS / 2);
    expect(answers).toBeGreaterThan(KILLS / 2);
    const store = fileStore(folder);
    expect(store.device(credentials.deviceId)?.joinNonce).toBeGreaterThanOrEqual(Math.max(...nonces));
    store.close();
  }, 180_000);
});
