/**
 * The Record Access Control Point (GLS 1.0.1 section 3.4): a central asks for stored records, their number, or to forget them, by their
 * sequence numbers. One procedure at a time; what it comes to is indicated behind the last record.
 */
import type { Bytes } from "../../lang/intrinsics.ts";
import {
  CCCD_IMPROPERLY_CONFIGURED,
  type Characteristic,
  INDICATE,
  INVALID_VALUE_LENGTH,
  PROCEDURE_IN_PROGRESS,
  WRITE,
} from "./gatt.ts";

const CONTROL_POINT = 0x2a52;

// Op codes.
const REPORT = 1;
const DELETE = 2;
const ABORT = 3;
const NUMBER = 4;
const NUMBER_RESPONSE = 5;
const RESPONSE = 6;
// Operators.
const NULL = 0;
const ALL = 1;
const AT_MOST = 2;
const AT_LEAST = 3;
const WITHIN = 4;
const FIRST = 5;
const LAST = 6;
/** The filter by sequence number; by user-facing time it is not. */
const BY_SEQUENCE = 1;
// Response values.
const SUCCESS = 1;
const OP_CODE_NOT_SUPPORTED = 2;
const INVALID_OPERATOR = 3;
const OPERATOR_NOT_SUPPORTED = 4;
const INVALID_OPERAND = 5;
const NO_RECORDS = 6;
const OPERAND_NOT_SUPPORTED = 9;

const MOST_SEQUENCE = 0xffff;

/** Records with sequence numbers of 0..65535 that rise from the oldest to the newest. */
export interface StoredRecords {
  readonly count: () => number;
  /** Index 0: the oldest. */
  readonly sequence: (index: number) => number;
  readonly remove: (index: number) => void;
}

export interface RecordAccess {
  readonly characteristic: Characteristic;
  /** Index of the record that is to be reported next; negative: none. It then counts as reported. */
  readonly take: () => number;
  /** Whoever takes the records is gone. */
  readonly stop: () => void;
}

/** `isReported`: whether a central takes the records. Both wake the server by what a central writes, whose answer is sent before. */
export function recordAccess(records: StoredRecords, isReported: () => boolean): RecordAccess {
  let isConfigured = false;
  let isReporting = false;
  /** The sequence numbers that are asked for, and what is not reported yet. */
  let least = 0;
  let most = 0;
  /** The answer that waits; 0: none. */
  let answer = 0;
  let answered = 0;
  let operand = 0;

  function respond(request: number, value: number): void {
    answer = RESPONSE;
    answered = request;
    operand = value;
  }

  /** Index of the first record from a sequence number on that is asked for; negative: none. */
  function find(from: number): number {
    for (let i = 0; i < records.count(); i++) {
      const sequence = records.sequence(i);
      if (sequence >= from) return sequence <= most ? i : -1;
    }
    return -1;
  }

  function count(): number {
    let found = 0;
    for (let i = 0; i < records.count(); i++) {
      const sequence = records.sequence(i);
      if (sequence >= least && sequence <= most) found += 1;
    }
    return found;
  }

  /** Reads the operand of an operator that compares, `from[at..end)`; answers a response value. */
  function compare(operator: number, from: Bytes, at: number, end: number): number {
    if (at === end) return INVALID_OPERAND;
    if (from[at] !== BY_SEQUENCE) return OPERAND_NOT_SUPPORTED;
    if (end - at !== (operator === WITHIN ? 5 : 3)) return INVALID_OPERAND;
    const one = from[at + 1] | (from[at + 2] << 8);
    least = operator === AT_MOST ? 0 : one;
    most = operator === AT_LEAST ? MOST_SEQUENCE : operator === WITHIN ? from[at + 3] | (from[at + 4] << 8) : one;
    return least > most ? INVALID_OPERAND : SUCCESS;
  }

  /** Reads an operator and its operand to `least` and `most`; answers a response value. */
  function select(operator: number, from: Bytes, at: number, end: number): number {
    if (operator === NULL) return INVALID_OPERATOR;
    if (operator > LAST) return OPERATOR_NOT_SUPPORTED;
    if (operator === AT_MOST || operator === AT_LEAST || operator === WITHIN) return compare(operator, from, at, end);
    if (at !== end) return INVALID_OPERAND;
    least = 0;
    most = MOST_SEQUENCE;
    const last = records.count() - 1;
    if (operator !== ALL && last >= 0) {
      least = records.sequence(operator === FIRST ? 0 : last);
      most = least;
    }
    return SUCCESS;
  }

  function abort(operator: number, hasOperand: boolean): void {
    if (operator !== NULL) respond(ABORT, INVALID_OPERATOR);
    else if (hasOperand) respond(ABORT, INVALID_OPERAND);
    else {
      isReporting = false;
      respond(ABORT, SUCCESS);
    }
  }

  function remove(): void {
    const found = find(least);
    respond(DELETE, found < 0 ? NO_RECORDS : SUCCESS);
    for (let i = records.count() - 1; i >= 0; i--) {
      const sequence = records.sequence(i);
      if (sequence >= least && sequence <= most) records.remove(i);
    }
  }

  function begin(request: number): void {
    if (request === REPORT) {
      isReporting = find(least) >= 0;
      if (!isReporting) respond(REPORT, NO_RECORDS);
    } else if (request === DELETE) remove();
    else {
      answer = NUMBER_RESPONSE;
      answered = NULL;
      operand = count();
    }
  }

  function write(from: Bytes, at: number, length: number): number {
    if (length < 2) return INVALID_VALUE_LENGTH;
    const request = from[at];
    const operator = from[at + 1];
    if (!isConfigured || (request === REPORT && !isReported())) return CCCD_IMPROPERLY_CONFIGURED;
    if (answer !== 0 || (isReporting && request !== ABORT)) return PROCEDURE_IN_PROGRESS;
    if (request === ABORT) abort(operator, length > 2);
    else if (request < REPORT || request > NUMBER) respond(request, OP_CODE_NOT_SUPPORTED);
    else {
      const value = select(operator, from, at + 2, at + length);
      if (value === SUCCESS) begin(request);
      else respond(request, value);
    }
    return 0;
  }

  function stop(): void {
    isReporting = false;
    answer = 0;
  }

  return {
    characteristic: {
      uuid: CONTROL_POINT,
      properties: WRITE | INDICATE,
      write,
      next: (into, at) => {
        if (answer === 0) return 0;
        // A response is `06 00 request value`, a number `05 00 low high`.
        const isResponse = answer === RESPONSE;
        into[at] = answer & 255;
        into[at + 1] = NULL;
        into[at + 2] = (isResponse ? answered : operand) & 255;
        into[at + 3] = (isResponse ? operand : operand >> 8) & 255;
        answer = 0;
        return 4;
      },
      onConfigured: (configuration) => {
        isConfigured = configuration !== 0;
        stop();
      },
    },
    take: () => {
      // An answer that waits goes first, as the one at the end would take its place.
      if (!isReporting || answer !== 0) return -1;
      const index = find(least);
      if (index >= 0) least = records.sequence(index) + 1;
      // Told with the last one, so that the response is there when that has left.
      isReporting = find(least) >= 0;
      if (!isReporting) respond(REPORT, SUCCESS);
      return index;
    },
    stop,
  };
}
