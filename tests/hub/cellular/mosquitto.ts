// Debian's mosquitto as a child process.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface Mosquitto {
  readonly folder: string;
  start(): Promise<void>;
  /** The power goes. */
  kill(): Promise<void>;
}

/** `lines` of its configuration, with FOLDER for a folder of its own. */
export function mosquitto(lines: (folder: string) => readonly string[]): Mosquitto {
  const folder = mkdtempSync(join(tmpdir(), "mosquitto-"));
  const config = join(folder, "mosquitto.conf");
  let child: ChildProcess | undefined;
  return {
    folder,
    async start() {
      // It reads files of its folder, and does not wait to fill a segment.
      writeFileSync(config, `${["user root", "set_tcp_nodelay true", ...lines(folder)].join("\n")}\n`);
      const broker = spawn("/usr/sbin/mosquitto", ["-c", config], { stdio: ["ignore", "ignore", "pipe"] });
      child = broker;
      let said = "";
      await new Promise<void>((resolve, reject) => {
        broker.stderr.on("data", (text) => {
          said += String(text);
          if (said.includes("running")) resolve();
        });
        broker.once("error", reject);
        broker.once("exit", (code) => reject(new Error(`mosquitto ended with ${code}: ${said}`)));
      });
      broker.removeAllListeners("exit");
    },
    async kill() {
      const broker = child;
      child = undefined;
      if (broker === undefined) return;
      if (broker.exitCode !== null) return;
      broker.kill("SIGKILL");
      await new Promise((resolve) => broker.once("close", resolve));
    },
  };
}
