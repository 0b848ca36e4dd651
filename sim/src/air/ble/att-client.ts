/**
 * The client's half of the attribute protocol (Core Specification, volume 3, part F): one request at a time, each with its answer, and
 * what a phone does with it to find a service by its UUID (part G, section 4).
 */

const ERROR = 0x01;
const EXCHANGE_MTU = 0x02;
const FIND_INFORMATION = 0x04;
const FIND_BY_TYPE_VALUE = 0x06;
const READ_BY_TYPE = 0x08;
const READ = 0x0a;
const WRITE = 0x12;
const NOTIFICATION = 0x1b;
const INDICATION = 0x1d;
const CONFIRMATION = 0x1e;
const NOT_SUPPORTED = 0x06;
const CHARACTERISTIC = 0x2803;
const CONFIGURATION = 0x2902;
const PRIMARY_SERVICE = 0x2800;
const LEAST_MTU = 23;
const LAST_HANDLE = 0xffff;

export interface Range {
  readonly first: number;
  readonly last: number;
}

export interface Found extends Range {
  /** Handle of the value; the descriptors stand behind it, up to `last`. */
  readonly uuid: string;
}

/** Each answer comes later; `undefined` stands for an error of the server's. */
export interface AttClient {
  readonly mtu: () => number;
  exchangeMtu(mtu: number, then: () => void): void;
  /** The primary service of that UUID. */
  service(uuid: Uint8Array, then: (range: Range | undefined) => void): void;
  characteristics(range: Range, then: (found: readonly Found[]) => void): void;
  /** The client characteristic configuration in a range. */
  configuration(range: Range, then: (handle: number | undefined) => void): void;
  read(handle: number, then: (value: Uint8Array | undefined) => void): void;
  write(handle: number, value: Uint8Array, then: (taken: boolean) => void): void;
  take(pdu: Uint8Array): void;
}

/** UUID octets as they are sent, for comparison. */
export const uuidText = (octets: Uint8Array) => Buffer.from(octets).toString("hex");

const u16 = (value: number) => [value & 255, value >> 8];
const at16 = (pdu: Uint8Array, at: number) => pdu[at] | (pdu[at + 1] << 8);

interface Request {
  readonly pdu: Uint8Array;
  readonly then: (answer: Uint8Array | undefined) => void;
}

export function attClient(send: (pdu: Uint8Array) => void, notified: (handle: number, value: Uint8Array) => void): AttClient {
  let mtu = LEAST_MTU;
  const waiting: Request[] = [];

  function request(pdu: Uint8Array, then: Request["then"]): void {
    waiting.push({ pdu, then });
    if (waiting.length === 1) send(pdu);
  }

  function answered(pdu: Uint8Array): void {
    const current = waiting[0];
    const asked = current?.pdu[0];
    const refused = pdu[0] === ERROR && pdu[1] === asked;
    if (current === undefined || !(refused || pdu[0] === (asked as number) + 1)) return;
    waiting.shift();
    if (waiting.length > 0) send(waiting[0].pdu);
    current.then(refused ? undefined : pdu);
  }

  function characteristics({ first, last }: Range, then: (found: readonly Found[]) => void, sofar: Found[] = []): void {
    const end = () => then(sofar.map((one, index) => ({ ...one, last: (sofar[index + 1]?.first ?? last + 2) - 2 })));
    if (first > last) {
      end();
      return;
    }
    request(Uint8Array.of(READ_BY_TYPE, ...u16(first), ...u16(last), ...u16(CHARACTERISTIC)), (answer) => {
      const size = answer?.[1] ?? 0;
      if (answer === undefined || size < 7) {
        end();
        return;
      }
      let next = first;
      for (let at = 2; at + size <= answer.length; at += size) {
        next = at16(answer, at) + 1;
        sofar.push({ first: at16(answer, at + 3), last, uuid: uuidText(answer.slice(at + 5, at + size)) });
      }
      characteristics({ first: next, last }, then, sofar);
    });
  }

  return {
    mtu: () => mtu,
    exchangeMtu(wanted, then) {
      request(Uint8Array.of(EXCHANGE_MTU, ...u16(wanted)), (answer) => {
        if (answer !== undefined) mtu = Math.max(LEAST_MTU, Math.min(wanted, at16(answer, 1)));
        then();
      });
    },
    service(uuid, then) {
      const pdu = Uint8Array.of(FIND_BY_TYPE_VALUE, ...u16(1), ...u16(LAST_HANDLE), ...u16(PRIMARY_SERVICE), ...uuid);
      request(pdu, (answer) =>
        then(answer === undefined || answer.length < 5 ? undefined : { first: at16(answer, 1), last: at16(answer, 3) }),
      );
    },
    characteristics: (range, then) => characteristics(range, then),
    configuration({ first, last }, then) {
      if (first > last) {
        then(undefined);
        return;
      }
      request(Uint8Array.of(FIND_INFORMATION, ...u16(first), ...u16(last)), (answer) => {
        const size = answer?.[1] === 1 ? 4 : 18;
        for (let at = 2; answer !== undefined && at + size <= answer.length; at += size) {
          if (size === 4 && at16(answer, at + 2) === CONFIGURATION) {
            then(at16(answer, at));
            return;
          }
        }
        then(undefined);
      });
    },
    read: (handle, then) => request(Uint8Array.of(READ, ...u16(handle)), (answer) => then(answer?.slice(1))),
    write: (handle, value, then) =>
      request(Uint8Array.of(WRITE, ...u16(handle), ...value), (answer) => then(answer !== undefined)),
    take(pdu) {
      const opcode = pdu[0];
      if (opcode === NOTIFICATION || opcode === INDICATION) {
        if (opcode === INDICATION) send(Uint8Array.of(CONFIRMATION));
        if (pdu.length >= 3) notified(at16(pdu, 1), pdu.slice(3));
      } else if ((opcode & 1) === 1) answered(pdu);
      // A request of the device's: a phone is no server here.
      else if (opcode !== CONFIRMATION && opcode < 0x40) send(Uint8Array.of(ERROR, opcode, 0, 0, NOT_SUPPORTED));
    },
  };
}
