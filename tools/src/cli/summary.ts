/** What `songbai run` prints for people. */
import type { Scenario } from "@songbai/sim/scenario/scenario";
import pc from "picocolors";
import { clockOf } from "./clock-text.ts";
import type { RunResult } from "./result.ts";

/** Alarms listed one by one. */
const MOST_ALARMS = 12;
/** A run so long says how many false alarms it had, also when it had none. */
const LONG_H = 12;

export function printSummary(result: RunResult, scenario: Scenario): void {
  const line = (label: string, text: string) => process.stdout.write(`  ${pc.dim(label.padEnd(10))} ${text}\n`);
  const at = (seconds: number) => clockOf(scenario, seconds * 1000);
  process.stdout.write(`${pc.bold(scenario.title)}  ${pc.dim(`${result.device} on ${result.runtime}, seed ${result.seed}`)}\n`);
  for (const alarm of result.alarms.slice(0, MOST_ALARMS)) {
    const fate = alarm.cancelled
      ? "cancelled by the wearer"
      : alarm.deliveredAt === undefined
        ? pc.red("not delivered")
        : `at the hub ${at(alarm.deliveredAt)} by ${alarm.bearer}${alarm.verified ? ", verified" : ""}`;
    line("alarm", `${alarm.kind} detected ${at(alarm.at)}, ${fate}`);
  }
  if (result.alarms.length === 0) line("alarm", "none");
  if (result.alarms.length > MOST_ALARMS) line("", `and ${result.alarms.length - MOST_ALARMS} more`);
  const { falls, felt, falseAlarms } = result.falls;
  if (falls > 0) line("falls", `${felt} of ${falls} felt`);
  const hours = result.simulatedSeconds / 3600;
  if (hours >= LONG_H && falseAlarms.length === 0) line("false", `no false alarm in ${hours.toFixed(0)} h`);
  for (const { during, alarms, of } of falseAlarms) {
    line("false", pc.red(`${alarms} ${alarms === 1 ? "alarm" : "alarms"} during ${during}, which was done ${of} times`));
  }
  const { journalled, delivered, lost, rejected } = result.records;
  line("records", `${journalled} journalled, ${delivered} delivered, ${lost} lost; ${rejected} refused by the hub`);
  line("mqtt", `${result.mqtt.published} published, ${result.mqtt.received} seen by a subscriber`);
  line("flash", `${result.flash.programmedBytes} bytes programmed, ${result.flash.erases} erases`);
  if ("memory" in result && result.memory !== undefined) line("heap", `${result.memory.peakHeapBytes} bytes at peak`);
  line("energy", `${result.energy.averageMicroamps} µA, ${result.energy.estimatedDays} days (simulated estimate, 仿真估算)`);
  line("speed", `${result.simulatedSeconds} s in ${result.wallSeconds} s: ${result.speed} times real time`);
  line("digest", result.digest);
  for (const violation of result.violations) line("", pc.red(violation));
  for (const sentence of result.known ?? []) line("known", pc.yellow(sentence));
  line("verdict", result.verdict === "pass" ? pc.green("pass") : pc.red("fail"));
}
