/**
 * HCI packets in a stream of octets: H4, the UART transport (Core Specification, volume 4, part A). A controller that has lost its place
 * says so with a Hardware Error and looks for the octets of HCI_Reset (section 4).
 */
import { ACL, COMMAND, ISO, SCO } from "./hci.ts";

/** Octets of the header behind the packet type, and where in it the length stands in how many octets. */
const HEADERS: Readonly<Record<number, { readonly bytes: number; readonly at: number; readonly wide: boolean }>> = {
  [COMMAND]: { bytes: 3, at: 2, wide: false },
  [ACL]: { bytes: 4, at: 2, wide: true },
  [SCO]: { bytes: 3, at: 2, wide: false },
  [ISO]: { bytes: 4, at: 2, wide: true },
};

const RESET = [COMMAND, 0x03, 0x0c, 0x00];

/** Takes octets as they come; `packet` gets the type and what follows it. `longest`: octets behind a header that are believed. */
export function h4Reader(longest: number, packet: (type: number, octets: Uint8Array) => void, lost: () => void) {
  let held: number[] = [];
  let inStep = true;

  /** Octets of the packet that `held` begins with: 0 when more are needed to tell, negative when it is none. */
  function lengthOf(): number {
    const header = HEADERS[held[0]];
    if (header === undefined) return -1;
    if (held.length < 1 + header.bytes) return 0;
    const low = held[1 + header.at];
    const length = header.wide ? low | (held[2 + header.at] << 8) : low;
    return length > longest ? -1 : 1 + header.bytes + length;
  }

  function take(octet: number): void {
    held.push(octet);
    if (!inStep) {
      held = held.slice(-RESET.length);
      if (!RESET.every((expected, index) => held[index] === expected)) return;
      inStep = true;
    }
    const length = lengthOf();
    if (length < 0) {
      inStep = false;
      lost();
      return;
    }
    if (length === 0 || held.length < length) return;
    const [type, ...octets] = held;
    held = [];
    packet(type, Uint8Array.from(octets));
  }

  return (octets: Uint8Array): void => {
    for (const octet of octets) take(octet);
  };
}
