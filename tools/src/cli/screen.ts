/** The screen of the story: lines with time and speaker, and under them, on a terminal, a live line with the wrist's acceleration. */
import pc from "picocolors";

export interface Screen {
  title(text: string): void;
  line(timeMs: number, speaker: string, text: string): void;
  /** The strongest acceleration of the last batch, mg. */
  strength(mg: number): void;
  status(timeMs: number, doing: string, share: number): void;
  end(lines: readonly string[]): void;
}

const BARS = "▁▂▃▄▅▆▇█";
const HISTORY = 32;
/** Full height of a bar, mg; the lowest is standing still. */
const REST_MG = 900;
const FULL_MG = 5000;
const SPEAKER_WIDTH = 9;

export function screen(live: boolean, clock: (timeMs: number) => string): Screen {
  const history: number[] = [];
  let statusLine = "";

  function print(text: string): void {
    if (statusLine !== "") process.stdout.write("\r\x1b[K");
    process.stdout.write(`${text}\n`);
    if (statusLine !== "") process.stdout.write(statusLine);
  }

  return {
    title: (text) => print(`\n${pc.bold("Songbai 松柏")}  ${text}\n`),
    line: (timeMs, speaker, text) => print(`${pc.dim(clock(timeMs))}  ${speaker.padEnd(SPEAKER_WIDTH)} ${text}`),
    strength(mg) {
      history.push(mg);
      if (history.length > HISTORY) history.shift();
    },
    status(timeMs, doing, share) {
      if (!live) return;
      const bars = history.map((mg) => {
        const height = Math.floor(((mg - REST_MG) / (FULL_MG - REST_MG)) * BARS.length);
        const bar = BARS[Math.max(0, Math.min(BARS.length - 1, height))];
        return mg > 2500 ? pc.red(bar) : bar;
      });
      statusLine = `\r\x1b[K${pc.dim(clock(timeMs))}  ${bars.join("").padStart(HISTORY)}  ${doing}  ${pc.dim(`${Math.round(share * 100)} %`)}`;
      process.stdout.write(statusLine);
    },
    end(lines) {
      if (statusLine !== "") process.stdout.write("\r\x1b[K");
      statusLine = "";
      for (const line of lines) process.stdout.write(`${line}\n`);
    },
  };
}
