/** A hub that is killed in the middle of its batches, again and again, and what its store holds each time. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { acknowledges } from "@songbai/sdk/record/acknowledgement";
import { fileStore } from "@songbai/tools/hub/store/store";
import { printedId } from "@songbai/tools/provision/demo";
import { NOON, openedDown, sender } from "./fleet.ts";
import { randomSource } from "./random.ts";

export interface KillResult {
  /** How often a hub was killed with records under way that it had not answered. */
  readonly killedBusy: number;
  readonly acknowledged: number;
  readonly stored: number;
  readonly resent: number;
  readonly duplicates: number;
  /** What was wrong, in words; none when all is well. */
  readonly faults: string[];
}

const SONGBAI = join(import.meta.dirname, "../../tools/bin/songbai.js");
const BURST = 400;

export async function killAgainAndAgain(folder: string, kills: number, seed: number): Promise<KillResult> {
  const random = randomSource(seed);
  const device = sender(1);
  const first = fileStore(folder);
  first.enrol(device.credentials);
  first.close();
  const name = printedId(device.credentials.deviceId);
  const sent = new Set<string>();
  const acknowledged = new Set<string>();
  const faults: string[] = [];
  let next = 0;
  let unanswered: string[] = [];
  let [killedBusy, resent, duplicates] = [0, 0, 0];

  /** The next records of the device, in some disorder, some of them twice. */
  function burst(): string[] {
    const keys: string[] = [];
    for (let i = 0; i < BURST; i++) {
      const epoch = 1 + Math.floor(next / 4000);
      keys.splice(random.below(keys.length + 1), 0, `${epoch}/${next}`);
      if (random.below(10) === 0) keys.push(keys[random.below(keys.length)]);
      next += random.below(50) === 0 ? 2 : 1;
    }
    return keys;
  }

  const lineOf = (key: string) => {
    const [epoch, sequence] = key.split("/").map(Number);
    sent.add(key);
    return JSON.stringify({
      device: name,
      received: NOON,
      record: Buffer.from(device.record(sequence, epoch)).toString("hex"),
    });
  };

  /** A frame says four bits of its epoch, which is the newest that the hub has heard of. */
  function epochOf(frame: Uint8Array): number {
    const newest = 1 + Math.floor(next / 4000);
    return newest - ((newest - (frame[0] >> 4)) & 15);
  }

  function heard(answer: string, key: string): void {
    const { epoch, sequence, duplicate, acknowledgement, rejected } = JSON.parse(answer) as Record<string, never>;
    if (rejected !== undefined || `${epoch}/${sequence}` !== key) faults.push(`${key} was answered with ${answer}`);
    else {
      acknowledged.add(key);
      if (duplicate) duplicates++;
      const frame = new Uint8Array(Buffer.from(acknowledgement as string, "hex"));
      const octets = openedDown(device.credentials, frame, epochOf(frame));
      if (!acknowledges(octets, octets.length, epoch, sequence)) faults.push(`${key} is not in its acknowledgement`);
    }
  }

  /** One life of a hub: bursts go in, answers come out, and at some moment it is killed. */
  async function life(last: boolean): Promise<void> {
    const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [SONGBAI, "hub", "receive", "--data", folder]);
    const waiting: string[] = [];
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.stdin.on("error", () => {});
    const send = (keys: readonly string[]) => {
      waiting.push(...keys);
      child.stdin.write(`${keys.map(lineOf).join("\n")}\n`);
    };
    resent += unanswered.length;
    send(unanswered);
    const answersBeforeDeath = last ? Number.POSITIVE_INFINITY : 1 + random.below(3 * BURST);
    let answers = 0;
    if (!last) for (let i = 0; i < 8 && waiting.length < 8 * BURST; i++) send(burst());
    else child.stdin.end();
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => {
      // What a dead process had not written whole is no answer.
      if (!line.endsWith("}")) return;
      heard(line, waiting.shift() as string);
      answers++;
      // There is always more to do: however slow this machine, no hub is idle when it dies.
      if (!last && !child.killed && waiting.length < 4 * BURST) send(burst());
      if (answers === answersBeforeDeath) setTimeout(() => child.kill("SIGKILL"), random.below(12));
    });
    await Promise.all([new Promise((done) => child.on("close", done)), new Promise((done) => lines.on("close", done))]);
    if (stderr !== "") faults.push(stderr);
    if (waiting.length > 0) killedBusy++;
    unanswered = waiting;
  }

  function check(): number {
    const store = fileStore(folder);
    const records = store.records(0, 1e9).map(({ epoch, sequence }) => `${epoch}/${sequence}`);
    const stored = new Set(records);
    if (stored.size !== records.length) faults.push(`${records.length - stored.size} records are doubled`);
    for (const key of acknowledged) if (!stored.has(key)) faults.push(`${key} was acknowledged and is lost`);
    for (const key of stored) if (!sent.has(key)) faults.push(`${key} was never sent`);
    store.close();
    return stored.size;
  }

  for (let i = 0; i < kills; i++) {
    await life(false);
    check();
  }
  await life(true);
  return { killedBusy, acknowledged: acknowledged.size, stored: check(), resent, duplicates, faults };
}
