// Portable TypeScript: a device whose flash log and counters do what the frames that it hears ask for. The log tells the results.
import type { Board } from "@songbai/sdk/board/board";
import { fillBytes, getUint32 } from "@songbai/sdk/lang/bytes";
import { allocBytes } from "@songbai/sdk/lang/intrinsics";
import { OK } from "@songbai/sdk/lang/result";
import { openCounters } from "@songbai/sdk/store/counters";
import { openFlashLog } from "@songbai/sdk/store/flash-log";

/** First octet of a frame; `commands.ts` has what follows. */
const APPEND = 1;
const ACKNOWLEDGE = 2;
const NEXT = 3;
const PUT = 4;
const READ = 5;
const PENDING = 6;
const GET = 7;

/** Event of a result, of four octets of a payload that was read, and of counters that begin anew. */
const RESULT = 1;
const OCTETS = 2;
const BEGUN_ANEW = 3;

const MAX_PAYLOAD = 200;

export function program(board: Board): void {
  const { flash, log, lora } = board;
  if (lora === undefined) return;
  const counters = openCounters(flash, 0, 2, () => {
    log.event(BEGUN_ANEW, 1);
    return OK;
  });
  const records = openFlashLog(flash, 2, 3, MAX_PAYLOAD);
  const frame = allocBytes(16);
  const payload = allocBytes(MAX_PAYLOAD);

  /** So many payloads of a length, octet i of which is its number + i, low octet first. */
  function append(urgent: boolean, times: number, length: number, first: number): void {
    for (let n = 0; n < times; n++) {
      for (let i = 0; i < length; i++) payload[i] = (first + n + i) & 255;
      log.event(RESULT, records.append(payload, length, urgent));
    }
  }

  function acknowledge(urgent: boolean): void {
    const address = records.pending(urgent);
    log.event(RESULT, address);
    if (address > 0) log.event(RESULT, records.acknowledge(address));
  }

  function read(address: number): void {
    fillBytes(payload, 0, MAX_PAYLOAD, 0);
    const length = records.read(address, payload);
    log.event(RESULT, length);
    for (let i = 0; i < length; i += 4) log.event(OCTETS, getUint32(payload, i));
  }

  function obey(): void {
    const command = frame[0];
    const first = frame[1];
    if (command === APPEND) append(first === 1, frame[2], frame[3], frame[4]);
    else if (command === ACKNOWLEDGE) acknowledge(first === 1);
    else if (command === NEXT) for (let i = 0; i < frame[2]; i++) log.event(RESULT, counters.next(first));
    else if (command === PUT) log.event(RESULT, counters.put(first, getUint32(frame, 2)));
    else if (command === READ) read(getUint32(frame, 2));
    else if (command === PENDING) log.event(RESULT, records.pending(first === 1));
    else if (command === GET) log.event(RESULT, counters.get(first));
  }

  function listen(): void {
    if (lora === undefined) return;
    lora.receive(frame, { frequencyHz: 470300000, spreadingFactor: 9 }, 1000, () => {
      obey();
      listen();
    });
  }

  listen();
}
