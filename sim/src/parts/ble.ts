/**
 * The BLE radio of a device with the host's lower layers above it: L2CAP, pairing and what else a board's own stack does, so that the
 * program sees PDUs of the attribute protocol and nothing below.
 */
import type { Prng } from "@songbai/sdk/lang/prng";
import type { BleAir } from "../air/ble/air.ts";
import { ATT_CHANNEL, frameAssembler, framePieces, SECURITY_CHANNEL, SIGNALLING_CHANNEL } from "../air/ble/l2cap.ts";
import type { KeyOf, LinkEnd, LinkEvents } from "../air/ble/link.ts";
import { type Bonds, type Identity, security } from "../air/ble/security.ts";
import type { BleHardware } from "./hardware.ts";
import type { Meter } from "./power.ts";

/** The longest PDU that the `Ble` interface carries, octets. */
const MOST_PDU = 247;
/** Security mode 1 levels: plain, and encrypted by a key that nobody has authenticated. */
const PLAIN = 1;
const ENCRYPTED = 2;
const USER_TERMINATED = 0x13;
/** L2CAP signalling (volume 3, part A, section 4): what is asked is not understood. */
const COMMAND_REJECT = 0x01;
const RESPONSES = 1;

export interface BleRadio extends BleHardware {
  /** Power off: whoever is connected finds out by its timeout. */
  reset(): void;
  /** Accounts for the time on air until now. */
  settle(): void;
}

export interface BleRadioOptions {
  readonly air: BleAir;
  /** Static random, 6 octets, the least significant first. */
  readonly address: Uint8Array;
  readonly random: Prng;
  readonly meter: Meter;
  readonly tell: {
    link(connected: boolean, level: number): void;
    pdu(pdu: Uint8Array): void;
    sent(): void;
  };
}

/** A static random address (volume 6, part B, 1.3.2.1) out of any octets. */
export function staticAddress(random: Prng): Uint8Array {
  const address = Uint8Array.from({ length: 6 }, () => random() >>> 24);
  address[5] |= 0xc0;
  return address;
}

export function bleRadio({ air, address, random, meter, tell }: BleRadioOptions): BleRadio {
  const bonds: Bonds = new Map();
  let connection: LinkEnd | undefined;

  function connected(end: LinkEnd, initiator: Identity): { events: LinkEvents; keyOf: KeyOf } {
    const send = (channel: number, payload: Uint8Array, done = () => {}) => {
      const pieces = framePieces(channel, payload, end.dataOctets());
      for (const [index, piece] of pieces.entries()) {
        end.send(piece, index === 0, index === pieces.length - 1 ? done : () => {});
      }
    };
    const manager = security({
      bonds,
      random,
      initiator,
      responder: { type: 1, address },
      send: (pdu) => send(SECURITY_CHANNEL, pdu),
    });
    const assemble = frameAssembler(MOST_PDU, (channel, payload) => {
      if (payload.length === 0) return;
      if (channel === ATT_CHANNEL) tell.pdu(payload);
      else if (channel === SECURITY_CHANNEL) manager.take(payload);
      else if (channel === SIGNALLING_CHANNEL && (payload[0] & RESPONSES) === 0 && payload.length >= 4) {
        send(SIGNALLING_CHANNEL, Uint8Array.of(COMMAND_REJECT, payload[1], 2, 0, 0, 0));
      }
    });
    connection = end;
    sendPdu = (pdu) => send(ATT_CHANNEL, pdu, tell.sent);
    tell.link(true, PLAIN);
    return {
      events: {
        received: assemble,
        closed() {
          connection = undefined;
          tell.link(false, PLAIN);
        },
        encrypted() {
          tell.link(true, ENCRYPTED);
          manager.encrypted();
        },
      },
      keyOf: manager.keyOf,
    };
  }

  let sendPdu: (pdu: Uint8Array) => void = () => {};
  const advertiser = air.peripheral({
    address,
    connected,
    spent(transmitUs, receiveUs) {
      meter.spend("ble transmit", transmitUs);
      meter.spend("ble receive", receiveUs);
    },
  });

  return {
    advertise: advertiser.advertise,
    send(pdu) {
      if (connection !== undefined) sendPdu(pdu);
    },
    disconnect: () => connection?.disconnect(USER_TERMINATED),
    reset() {
      connection = undefined;
      advertiser.reset();
    },
    settle: advertiser.settle,
  };
}
