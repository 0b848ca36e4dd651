import type { Scenario } from "@songbai/sim/scenario/scenario";

export interface ProgressMeter {
  show(timeMs: number): void;
  done(): void;
}

const WIDTH = 30;
const EVERY_MS = 200;

/** A bar on stderr for a run that takes more than a moment; silent where nobody looks. */
export function meterOf(scenario: Scenario, quiet: boolean): ProgressMeter {
  if (quiet || !process.stderr.isTTY) return { show() {}, done() {} };
  let shownAt = performance.now();
  let shown = false;
  return {
    show(timeMs) {
      if (performance.now() - shownAt < EVERY_MS) return;
      shownAt = performance.now();
      shown = true;
      const share = timeMs / scenario.durationMs;
      const bar = "#".repeat(Math.round(share * WIDTH)).padEnd(WIDTH, ".");
      process.stderr.write(`\r${scenario.title}  [${bar}] ${Math.round(share * 100)} %`);
    },
    done() {
      if (shown) process.stderr.write("\r\x1b[K");
    },
  };
}
