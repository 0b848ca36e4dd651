/**
 * BLE on the board link.
 *
 *   events   L t 0|1 level    the central has gone, has come; the security level, also when it changes while connected
 *            G t octets       a PDU
 *            N t              the PDU sent last has left
 *   effects  b interval octets   advertise; interval 0: stop
 *            g octets            send a PDU
 *            k                   disconnect
 */
import type { Ble, BleEvents } from "../board/ble.ts";
import { allocBytes, type Bytes, decimal } from "../lang/intrinsics.ts";
import { BUSY, MISSING, OK } from "../lang/result.ts";
import { checkAdvertisement, checkPdu } from "./limits.ts";
import { type LineReader, sextets } from "./line.ts";
import type { LinkPart } from "./part.ts";

const KIND_LINK = 76;
const KIND_PDU = 71;
const KIND_PDU_SENT = 78;

export function bleOnLink(reader: LineReader, effect: (line: string) => void): LinkPart<Ble> {
  let into: Bytes = allocBytes(0);
  let events: BleEvents | undefined;
  let connected = false;
  let sending = false;
  let level = 1;

  function link(listener: BleEvents): void {
    const was = connected;
    connected = reader.int() === 1;
    level = reader.int();
    if (connected === was) return;
    sending = false;
    if (connected) listener.onConnect();
    else listener.onDisconnect();
  }

  return {
    capability: {
      start: (octets, listener) => {
        into = octets;
        events = listener;
        return OK;
      },
      advertise: (data, length, intervalMs) => {
        if (connected) return BUSY;
        const result = checkAdvertisement(length, intervalMs);
        if (result === OK) effect(`b ${decimal(intervalMs)} ${sextets(data, 0, length)}`);
        return result;
      },
      send: (pdu, length) => {
        if (!connected) return MISSING;
        if (sending) return BUSY;
        const result = checkPdu(length);
        sending = result === OK;
        if (sending) effect(`g ${sextets(pdu, 0, length)}`);
        return result;
      },
      disconnect: () => {
        if (connected) effect("k");
      },
      securityLevel: () => level,
    },
    handle: (kind) => {
      const listener = events;
      if (listener === undefined) return;
      if (kind === KIND_LINK) link(listener);
      else if (kind === KIND_PDU) listener.onPdu(reader.octets(into));
      else if (kind === KIND_PDU_SENT && sending) {
        sending = false;
        listener.onSent();
      }
    },
  };
}
