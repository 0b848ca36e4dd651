/**
 * The host's end of the lines on a board's UART (`board-profiles/reference-m4/firmware/wire.h` has the format): each is sent until
 * its answer comes whole, and none is carried out twice.
 */

/** Octets to and from a board, in the order in which they were sent; some may be lost or garbled. */
export interface Port {
  write(octets: Buffer): void;
  /** What has come, after waiting for something for at most this long; empty when nothing came. */
  read(timeoutMs: number): Buffer;
}

export interface Answer {
  /** `=` done, `-` the program has failed. */
  readonly kind: string;
  readonly text: string;
}

export interface Wire {
  /** Waits for the first sign of life; it may be an answer that nobody asked for. Throws `BoardSilent`. */
  awaitStart(): Answer | undefined;
  /** Throws `BoardSilent` when no answer comes. */
  ask(kind: string, text?: string): Answer;
  /** Lines that had to be sent again. */
  resent(): number;
}

/** The board does not answer, or nothing that comes from it is whole. */
export class BoardSilent extends Error {
  override readonly name = "BoardSilent";
}

const LINE_FEED = 10;
const GARBLED = "!";

/** CRC-16, CCITT, from FFFF: finds each burst of 16 bits, and in lines up to 4 kB each three wrong bits. */
export function crc16(octets: Uint8Array): number {
  let crc = 0xffff;
  for (const octet of octets) {
    crc ^= octet << 8;
    for (let i = 0; i < 8; i++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1;
  }
  return crc;
}

function framed(line: string): Buffer {
  const octets = Buffer.from(line, "latin1");
  return Buffer.concat([octets, Buffer.from(`*${crc16(octets).toString(16).padStart(4, "0")}\n`, "latin1")]);
}

/** The line without its check, or `undefined` when it did not come whole. */
function whole(line: Buffer): string | undefined {
  const end = line.length - 5;
  if (end < 2) return undefined;
  const text = line.subarray(0, end);
  return line.toString("latin1", end) === `*${crc16(text).toString(16).padStart(4, "0")}` ? text.toString("latin1") : undefined;
}

function answerOf(line: string | undefined): Answer | undefined {
  return line === undefined ? undefined : { kind: line[1] ?? "", text: line.slice(2).replaceAll("\t", "\n") };
}

/**
 * @param patienceMs how long one answer may take, with all its repetitions
 * @param repeatMs silence after which a line is sent again
 */
export function wire(port: Port, patienceMs = 6000, repeatMs = 1500): Wire {
  let held: Buffer = Buffer.alloc(0);
  let digit = 0;
  let resent = 0;

  function readLine(untilMs: number): Buffer | undefined {
    for (;;) {
      const end = held.indexOf(LINE_FEED);
      if (end >= 0) {
        const line = held.subarray(0, end);
        held = held.subarray(end + 1);
        return line;
      }
      const leftMs = untilMs - performance.now();
      if (leftMs <= 0) return undefined;
      const came = port.read(leftMs);
      held = held.length === 0 ? came : Buffer.concat([held, came]);
    }
  }

  return {
    awaitStart() {
      const came = readLine(performance.now() + patienceMs);
      if (came === undefined) throw new BoardSilent();
      return answerOf(whole(came));
    },
    ask(kind, text = "") {
      digit = (digit + 1) % 10;
      const line = framed(`${digit}${kind}${text.replaceAll("\n", "\t")}`);
      const giveUpAt = performance.now() + patienceMs;
      port.write(line);
      for (;;) {
        const came = readLine(Math.min(giveUpAt, performance.now() + repeatMs));
        const full = came === undefined ? undefined : whole(came);
        const answer = answerOf(full);
        if (answer === undefined || answer.kind === GARBLED) {
          if (performance.now() >= giveUpAt) throw new BoardSilent();
          resent++;
          // The line feed ends whatever piece of the line the board has already.
          port.write(Buffer.concat([Buffer.of(LINE_FEED), line]));
        } else if (full?.[0] === String(digit)) {
          return answer;
        }
      }
    },
    resent: () => resent,
  };
}
