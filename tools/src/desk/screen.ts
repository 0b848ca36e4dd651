/** What people see of a run on the desk: what happens, as it happens, and at the end what came of it. */
import {
  ALARM_CANCELLED,
  ALARM_DELIVERED,
  ALARM_DETECTED,
  ALARM_RAISED,
  BOOTED,
  JOURNALLED,
  NO_IDENTITY,
} from "@songbai/sdk/record/codes";
import { observationOf } from "@songbai/sdk/record/observations";
import pc from "picocolors";
import type { DeskRunResult } from "./command.ts";
import type { DeskWatcher } from "./run-on-desk.ts";

const SAYS: Record<number, (value: number) => string> = {
  [BOOTED]: () => "runs; shake it, press its button",
  [NO_IDENTITY]: () => pc.red("finds no identity in its flash"),
  [JOURNALLED]: (sequence) => pc.dim(`record ${sequence} sealed and kept`),
  [ALARM_DETECTED]: (code) => pc.yellow(`${observationOf(code)?.name ?? `code ${code}`} detected`),
  [ALARM_CANCELLED]: () => "cancelled by the wearer",
  [ALARM_RAISED]: (sequence) => pc.yellow(`alarm raised: record ${sequence}`),
  [ALARM_DELIVERED]: (sequence) => pc.green(`acknowledged by the hub: record ${sequence}`),
};

export function deskScreen(): DeskWatcher {
  const counts = process.stderr.isTTY === true;
  let shownS = 0;
  const clear = () => counts && process.stderr.write("\r\x1b[K");
  return {
    log(timeMs, event, value) {
      const said = SAYS[event]?.(value);
      if (said === undefined) return;
      clear();
      process.stdout.write(`  ${pc.dim(`${(timeMs / 1000).toFixed(1).padStart(6)} s`)}  ${said}\n`);
    },
    progress(timeMs) {
      if (!counts || timeMs < shownS * 1000) return;
      process.stderr.write(`\r${shownS++} s`);
    },
  };
}

export function printDeskSummary(result: DeskRunResult): void {
  const line = (label: string, text: string) => process.stdout.write(`  ${pc.dim(label.padEnd(10))} ${text}\n`);
  const { taken, dropped, perSecond } = result.readings;
  const { journalled, delivered, lost, rejected } = result.records;
  process.stdout.write(`${pc.bold(`${result.device} on ${result.board}`)}  ${pc.dim(`${result.seconds} s in real time`)}\n`);
  line("readings", `${taken} taken (${perSecond} a second), ${dropped} garbled on the wire`);
  line("radio", "simulated: Firmata has none");
  line("records", `${journalled} journalled, ${delivered} delivered, ${lost} lost; ${rejected} refused by the hub`);
  line("mqtt", `${result.mqtt.published} published, ${result.mqtt.received} seen by a subscriber`);
  line("flash", `${result.flash.programmedBytes} bytes programmed, ${result.flash.erases} erases`);
}
