// Needs Debian's libcoap3-bin.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "@jest/globals";
import type { RecordServer } from "@songbai/sim/air/record-server";
import { coapDoor } from "@songbai/tools/hub/cellular/coap";
import { printedId } from "@songbai/tools/provision/demo";
import { hostDevice, until } from "../../support/host-modem.ts";
import { later } from "../../support/later.ts";
import { hubBench } from "./hub-bench.ts";
import { freePort } from "./mosquitto.ts";

const bench = () => later(hubBench(), (one) => one.close());
const run = promisify(execFile);

/** In hexadecimal, without the line feed that the tool adds. */
const withoutEnd = (octets: Buffer): string => octets.toString("hex").replace(/0a$/, "");

/** What `coap-client` got for a file, in hexadecimal. */
async function post(port: number, path: string, octets: Uint8Array, ...options: string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "libcoap-"));
  const file = join(folder, "record");
  writeFileSync(file, octets);
  const { stdout, stderr } = await run(
    "coap-client-notls",
    ["-m", "post", "-f", file, "-B", "30", ...options, `coap://127.0.0.1:${port}${path}`],
    { encoding: "buffer" },
  );
  return `${withoutEnd(stdout)}${stderr.toString("latin1").trim()}`;
}

async function libcoapServer(...options: string[]): Promise<number> {
  const port = await freePort();
  const child: ChildProcess = later(
    spawn("coap-server-notls", ["-A", "127.0.0.1", "-p", `${port}`, "-d", "100", ...options], { stdio: "ignore" }),
    (one) => one.kill("SIGKILL"),
  );
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", () => resolve());
    child.once("error", reject);
  });
  await new Promise((resume) => setTimeout(resume, 300));
  return port;
}

describe("hub/cellular with libcoap", () => {
  it("its client posts records to the hub, whole and in blocks, through lost datagrams", async () => {
    const { server, wang, stored, far } = bench();
    const door = later(await coapDoor({ server, port: 0, address: "127.0.0.1", log: () => {} }), (one) => one.close());
    const path = `/r/${printedId(wang.credentials.deviceId)}`;
    expect(await post(door.port, path, wang.record(1))).toBe("ac00000001");
    expect(await post(door.port, path, wang.record(2), "-b", "16")).toBe("ac00000002");
    expect(await post(door.port, path, wang.record(3), "-b", "16", "-l", "1,3")).toBe("ac00000003");
    expect(stored()).toEqual([1, 2, 3]);
    expect(far.counts().duplicates).toBe(0);
    const forged = wang.record(4);
    forged[6] ^= 1;
    expect(await post(door.port, path, forged)).toBe("4.00");
    expect(await post(door.port, "/r/nobody", wang.record(5))).toBe("4.04");
  });

  it("a long message in many blocks arrives whole", async () => {
    const got: string[] = [];
    const server: RecordServer = {
      record(_id, sealed) {
        got.push(Buffer.from(sealed).toString("hex"));
        return {};
      },
    };
    const door = later(await coapDoor({ server, port: 0, address: "127.0.0.1", log: () => {} }), (one) => one.close());
    const long = Uint8Array.from({ length: 3000 }, (_, i) => (i * 31) & 255);
    expect(await post(door.port, "/r/7A3F-11C0-0000-0042", long, "-b", "64")).toBe("");
    expect(got).toEqual([Buffer.from(long).toString("hex")]);
    expect(await post(door.port, "/r/7A3F-11C0-0000-0042", new Uint8Array(5000), "-b", "64")).toMatch(/^4\.13/);
  });

  it("its server takes the device's records, whole and in blocks, and has them as they were", async () => {
    const { wang } = bench();
    for (const [blockBytes, ...options] of [[256], [16], [16, "-l", "20%"]] as const) {
      const port = await libcoapServer(...options);
      const watch = later(
        hostDevice({ protocol: "coap", port, deviceId: wang.credentials.deviceId, blockBytes, hurry: 5 }),
        (one) => one.stop(),
      );
      const record = wang.record(300, 1, Uint8Array.of(...Array(40).fill(7)));
      const stored = async (): Promise<string> => {
        const { stdout } = await run("coap-client-notls", ["-B", "5", `coap://127.0.0.1:${port}/r/${watch.name}`], {
          encoding: "buffer",
        });
        return withoutEnd(stdout);
      };
      watch.journal(record);
      expect(await until(() => watch.sends() >= 1)).toBe(true);
      let there = "";
      for (let tries = 0; tries < 40 && there === ""; tries++) {
        there = await stored().catch(() => "");
        await new Promise((resume) => setTimeout(resume, 250));
      }
      expect(there).toBe(Buffer.from(record).toString("hex"));
      watch.stop();
    }
  });
});
