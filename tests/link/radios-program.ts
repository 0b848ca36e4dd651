// Portable TypeScript: BLE and modem of a board, worked by a button: down, everything that has an effect; up, what they answer now.

import { TLS } from "@songbai/sdk/bearer/cellular/transport";
import type { Board } from "@songbai/sdk/board/board";
import { allocBytes } from "@songbai/sdk/lang/intrinsics";
import { bleOnLink } from "@songbai/sdk/link/ble";
import { runOnLink } from "@songbai/sdk/link/link";
import { modemOnLink } from "@songbai/sdk/link/modem";

const CONNECTED = 200;
const DISCONNECTED = 201;
const PDU = 202;
const PDU_SENT = 203;
const LEVEL = 204;
const ATTACHED = 210;
const OPEN = 211;
const DATA = 212;
const TAKEN = 213;
const RESULT = 220;

export function program({ ble, modem, button, log }: Board): void {
  if (ble === undefined || modem === undefined || button === undefined) return;
  const pdu = allocBytes(247);
  const data = allocBytes(5);
  const out = allocBytes(513);
  const blue = ble;
  const cell = modem;
  out[0] = 2;
  out[1] = 1;
  out[2] = 6;

  function result(code: number): void {
    log.event(RESULT, code);
  }

  blue.start(pdu, {
    onConnect: () => log.event(CONNECTED, blue.securityLevel()),
    onDisconnect: () => log.event(DISCONNECTED, blue.securityLevel()),
    onPdu: (length) => log.event(PDU, length * 65536 + pdu[0] * 256 + pdu[length - 1]),
    onSent: () => log.event(PDU_SENT, 0),
  });
  cell.start(data, {
    onAttached: (attached) => log.event(ATTACHED, attached ? 1 : 0),
    onOpen: (open) => log.event(OPEN, open ? 1 : 0),
    onData: (length) => log.event(DATA, length * 65536 + data[0] * 256 + data[length - 1]),
    onSent: () => log.event(TAKEN, 0),
  });

  function act(): void {
    result(blue.advertise(out, 3, 100));
    result(blue.advertise(out, 0, 0));
    result(blue.advertise(out, 32, 100));
    result(blue.advertise(out, 3, 19));
    result(blue.send(out, 0));
    result(blue.send(out, 248));
    result(blue.send(out, 3));
    result(blue.send(out, 3));
    result(cell.attach(true));
    result(cell.open(3, "hub.example", 8883));
    result(cell.open(TLS, "hub.example", 65536));
    result(cell.open(TLS, "hub.example", 8883));
    result(cell.open(TLS, "hub.example", 8883));
    result(cell.send(out, 513));
    result(cell.send(out, 2));
    result(cell.send(out, 2));
  }

  button.onChange((pressed) => {
    if (pressed) act();
    else {
      log.event(LEVEL, blue.securityLevel());
      blue.disconnect();
      cell.close();
      cell.close();
      cell.attach(false);
    }
  });
}

export const receive = runOnLink(program, { ble: bleOnLink, modem: modemOnLink });
