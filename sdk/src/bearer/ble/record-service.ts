/**
 * The Songbai record service: sealed records up, answers and commands down, over any phone that can reach the hub. The phone needs no
 * key and learns nothing: records are sealed for the hub, answers and commands by the hub (`record/command.ts`), so it need not be trusted.
 *
 *   service  256d0001-2915-4faf-8d8e-37cc121735e2      in the advertisement
 *   Info     256d0002-…   read                         version (1), here 1 | device id (8, EUI-64, most significant octet first)
 *   Up       256d0003-…   notify, with a CCCD          fragments of sealed records
 *   Down     256d0004-…   write, write without response   fragments of answers and commands
 *
 * A FRAGMENT, both ways, is `number (1) | part (1) | octets`, as long as the MTU lets it be: MTU - 5 octets behind the two, so that the
 * smallest MTU, 23, carries 18. `part` is
 *
 *   bit 7      the last fragment of its message
 *   bit 6      down: a command; its number says nothing. Up: 0
 *   bits 5..0  0 for the first fragment of a message, then one more each: 64 fragments hold 1152 octets at MTU 23
 *
 * UP. A subscribed central gets one record at a time, at most 255 octets, its fragments in order and with nothing between them. Its
 * number is 0 for the first record of a connection and one more, modulo 256, for each that follows. A receiver joins the fragments;
 * what does not go on from the fragment before (another number, another index) makes it forget what it has, and an index 0 begins anew.
 *
 * ANSWER. The central hands the record to the hub and writes what the hub says to Down, with the record's number: octets of
 * `record/acknowledgement.ts`, sealed, at most 64. Only then comes the next record. An answer of no octets (one fragment, `number | 0x80`)
 * says that the hub cannot be had now: the device keeps the record and tries again later, by itself. Without an answer for 30 s
 * it does the same, and an answer that comes later is taken as a command is. A record counts as delivered when the hub's
 * acknowledgement opens and names it, never because a central wrote something.
 *
 * COMMAND. Octets of `record/command.ts`, at most 64, at any time, subscribed or not.
 *
 * RESUME. A connection that ends takes the record under way and the half of a message with it, on both sides. The device
 * sends that record again, the same sealed octets, from its first fragment once a central is subscribed again; the hub
 * knows a record that it has and answers again, so nothing is doubled. The subscription ends with its connection,
 * also for a bonded central: a device keeps no table of centrals. A central that is subscribed to nothing for a minute is let go.
 *
 * FLOW. Up: the link takes a fragment when it has sent the one before. Down: a write request is answered when its fragment is taken; a
 * write without response is taken or, where it does not fit in, dropped unheard, so prefer the request where it counts. Errors
 * of a write request: 0x0d (Invalid Attribute Value Length) under 2 octets or a message over 64, 0x80 a fragment that does
 * not go on from the one before.
 */
import type { Timers } from "../../board/clock.ts";
import { copyBytes } from "../../lang/bytes.ts";
import { allocBytes, type Bytes } from "../../lang/intrinsics.ts";
import { BUSY, MISSING, OK, OUT_OF_RANGE, type Result } from "../../lang/result.ts";
import type { Sent } from "../bearer.ts";
import { type Gatt, INVALID_VALUE_LENGTH, NOTIFY, PLAIN, READ, WRITE, WRITE_COMMAND } from "./gatt.ts";
import { OWN } from "./uuid.ts";

export const RECORD_SERVICE: number = OWN | 0x0001;
export const INFO: number = OWN | 0x0002;
export const UP: number = OWN | 0x0003;
export const DOWN: number = OWN | 0x0004;

/** Of the Info characteristic. */
export const RECORD_SERVICE_VERSION = 1;
/** Number and part. */
export const FRAGMENT_HEAD = 2;
export const LAST_FRAGMENT: number = 0x80;
export const COMMAND_MESSAGE: number = 0x40;
export const FRAGMENT_INDEX: number = 0x3f;
/** Octets of the longest record, and of the longest message down. */
export const MAX_UP = 255;
export const MAX_DOWN = 64;
/** ATT application error: a fragment that does not go on from the one before. */
export const NOT_NEXT_FRAGMENT: number = 0x80;
/** How long a record waits for its answer, and how many do so in vain before the connection ends. */
export const ANSWER_MS = 30000;
export const MOST_UNANSWERED = 2;
/** Of a device id. */
const DEVICE_ID_BYTES = 8;

export interface RecordService {
  /** Whether a central takes records. */
  readonly isOpen: () => boolean;
  /** A connection begins: records are numbered from 0 again. */
  readonly restart: () => void;
  /** `Bearer.send`; `MISSING` while nobody is subscribed. `record` stays as it is until `done`, which is never called before `send` returns. */
  readonly send: (record: Bytes, length: number, done: Sent) => Result;
}

/**
 * Adds the service. `onOpen`: a central has subscribed. `onSilent`: it takes records and does not answer them. `onMessage` gets what came down, for this call only: sealed for the device,
 * an acknowledgement or a command.
 */
export function recordService(
  gatt: Gatt,
  timers: Timers,
  deviceId: Bytes,
  onOpen: () => void,
  onSilent: () => void,
  onMessage: (octets: Bytes, length: number) => void,
): RecordService {
  const down = allocBytes(MAX_DOWN);
  let downLength = 0;
  let downNumber = 0;
  /** The part that comes next but for its bit of the last; negative: a first one. */
  let downNext = -1;
  let isOpen = false;
  let number = 0;
  let record = down;
  let length = 0;
  /** Octets of the record that are out, and fragments. */
  let out = 0;
  let fragments = 0;
  let done: Sent | undefined;
  let timer = 0;
  let unanswered = 0;

  function finish(): void {
    const told = done;
    if (told === undefined) return;
    done = undefined;
    timers.cancel(timer);
    number = (number + 1) & 255;
    // What the hub holds was told to `onMessage`.
    told(false, down, 0);
  }

  function expire(): void {
    unanswered += 1;
    const isSilent = unanswered >= MOST_UNANSWERED;
    finish();
    if (isSilent) onSilent();
  }

  function nextFragment(into: Bytes, at: number, room: number): number {
    if (done === undefined || out === length) return 0;
    const left = length - out;
    const count = left < room - FRAGMENT_HEAD ? left : room - FRAGMENT_HEAD;
    into[at] = number & 255;
    into[at + 1] = (fragments | (count === left ? LAST_FRAGMENT : 0)) & 255;
    copyBytes(record, out, into, at + FRAGMENT_HEAD, count);
    out += count;
    fragments += 1;
    return FRAGMENT_HEAD + count;
  }

  function takeMessage(isCommand: boolean): void {
    const answers = !isCommand && done !== undefined && out === length && downNumber === number;
    if (answers) unanswered = 0;
    if (downLength > 0) onMessage(down, downLength);
    if (answers) finish();
  }

  function takeFragment(from: Bytes, at: number, octets: number): number {
    if (octets < FRAGMENT_HEAD) return INVALID_VALUE_LENGTH;
    const part = from[at + 1] & (COMMAND_MESSAGE | FRAGMENT_INDEX);
    const size = octets - FRAGMENT_HEAD;
    if ((part & FRAGMENT_INDEX) === 0) {
      downNumber = from[at];
      downLength = 0;
    } else if (part !== downNext || from[at] !== downNumber) {
      downNext = -1;
      return NOT_NEXT_FRAGMENT;
    }
    downNext = -1;
    if (downLength + size > MAX_DOWN) return INVALID_VALUE_LENGTH;
    copyBytes(from, at + FRAGMENT_HEAD, down, downLength, size);
    downLength += size;
    if ((from[at + 1] & LAST_FRAGMENT) !== 0) takeMessage((part & COMMAND_MESSAGE) !== 0);
    else downNext = part + 1;
    return 0;
  }

  gatt.add({
    uuid: RECORD_SERVICE,
    security: PLAIN,
    characteristics: [
      {
        uuid: INFO,
        properties: READ,
        read: (into) => {
          into[0] = RECORD_SERVICE_VERSION;
          copyBytes(deviceId, 0, into, 1, DEVICE_ID_BYTES);
          return 1 + DEVICE_ID_BYTES;
        },
      },
      {
        uuid: UP,
        properties: NOTIFY,
        next: nextFragment,
        onConfigured: (configuration) => {
          isOpen = configuration !== 0;
          if (isOpen) onOpen();
          else finish();
        },
      },
      { uuid: DOWN, properties: WRITE | WRITE_COMMAND, write: takeFragment },
    ],
  });

  return {
    isOpen: () => isOpen,
    restart: () => {
      number = 0;
      downNext = -1;
      unanswered = 0;
    },
    send: (octets, size, onSent) => {
      if (done !== undefined) return BUSY;
      if (!isOpen) return MISSING;
      if (size > MAX_UP) return OUT_OF_RANGE;
      record = octets;
      length = size;
      out = 0;
      fragments = 0;
      done = onSent;
      timer = timers.after(ANSWER_MS, expire);
      gatt.wake();
      return OK;
    },
  };
}
