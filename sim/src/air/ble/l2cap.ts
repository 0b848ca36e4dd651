/** L2CAP basic frames (Core Specification, volume 3, part A, section 3.1) in pieces of what lies below: length (2), channel (2), payload. */

export const ATT_CHANNEL = 4;
export const SIGNALLING_CHANNEL = 5;
export const SECURITY_CHANNEL = 6;

const HEADER_BYTES = 4;

/** A payload as a frame, cut into pieces of at most `most` octets. */
export function framePieces(channel: number, payload: Uint8Array, most: number): Uint8Array[] {
  const frame = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(frame.buffer);
  view.setUint16(0, payload.length, true);
  view.setUint16(2, channel, true);
  frame.set(payload, HEADER_BYTES);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < frame.length; at += most) pieces.push(frame.slice(at, at + most));
  return pieces;
}

/**
 * Puts frames together again. A frame of more than `longest` octets of payload, one that never got its end, one that got more than its
 * end, and pieces without a beginning are dropped.
 */
export function frameAssembler(longest: number, frame: (channel: number, payload: Uint8Array) => void) {
  let held = new Uint8Array(0);
  let collecting = false;

  return (piece: Uint8Array, start: boolean): void => {
    if (start) {
      held = piece.slice();
      collecting = true;
    } else {
      if (!collecting) return;
      const joined = new Uint8Array(held.length + piece.length);
      joined.set(held);
      joined.set(piece, held.length);
      held = joined;
    }
    if (held.length < HEADER_BYTES) return;
    const view = new DataView(held.buffer, held.byteOffset);
    const length = view.getUint16(0, true);
    if (length > longest || held.length > HEADER_BYTES + length) collecting = false;
    else if (held.length === HEADER_BYTES + length) {
      collecting = false;
      frame(view.getUint16(2, true), held.slice(HEADER_BYTES));
    }
    if (!collecting) held = new Uint8Array(0);
  };
}
