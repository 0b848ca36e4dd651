/**
 * A phone that carries records: it looks for devices with the Songbai record service, connects, subscribes, hands each sealed record to the
 * hub and writes the hub's answer back (`sdk/src/bearer/ble/record-service.ts` has the protocol). It has no key and opens nothing.
 */
import {
  COMMAND_MESSAGE,
  DOWN,
  FRAGMENT_HEAD,
  FRAGMENT_INDEX,
  INFO,
  LAST_FRAGMENT,
  RECORD_SERVICE,
  RECORD_SERVICE_VERSION,
  UP,
} from "@songbai/sdk/bearer/ble/record-service";
import { putUuid } from "@songbai/sdk/bearer/ble/uuid";
import type { Agenda } from "../../clock/agenda.ts";
import type { RecordOutcome, RecordServer } from "../record-server.ts";
import type { BleAir } from "./air.ts";
import { type AttClient, attClient, type Found, uuidText } from "./att-client.ts";
import { MOST_DATA } from "./hci.ts";
import { ATT_CHANNEL, frameAssembler, framePieces } from "./l2cap.ts";
import type { CentralEnd, LinkEvents, LinkParameters } from "./link.ts";

const MTU = 247;
const MOST_PDU = 512;
/** What a phone listens to while its screen is off: Android's low-power scan, 512 ms of 5120. */
const SCAN_SHARE = 0.1;
/** In 1.25 ms and 10 ms: 30 ms while there is something to do, 400 ms at rest; 5 s of silence lose the device. */
const BUSY: LinkParameters = { interval: 24, latency: 0, timeout: 500 };
const RESTING: LinkParameters = { interval: 320, latency: 0, timeout: 500 };
const REST_AFTER_US = 5_000_000;
/** There and back over the phone's own network. */
const HUB_US = 300_000;
/** How often a connected phone asks the hub for what waits for the device. */
const POLL_US = 20_000_000;
/** A device that has not what its advertisement says is left alone for so long. */
const SHUN_US = 60_000_000;
const SUBSCRIBE = Uint8Array.of(1, 0);
const COMPLETE_LIST_128 = 0x07;
const INCOMPLETE_LIST_128 = 0x06;
const UUID_BYTES = 16;
const DEVICE_ID_BYTES = 8;

export interface Phone {
  /** Metres to the device; `undefined`: away. */
  place(distanceM: number | undefined): void;
}

export interface PhoneOptions {
  readonly agenda: Agenda;
  readonly air: BleAir;
  readonly server: RecordServer;
  /** Seconds since 1970. */
  readonly epochS: () => number;
  /** 6 octets, the least significant first. */
  readonly address: Uint8Array;
  /** What became of a record that was carried to the hub. */
  readonly told?: (outcome: RecordOutcome) => void;
}

function octetsOf(own: number): Uint8Array {
  const octets = new Uint8Array(UUID_BYTES);
  putUuid(octets, 0, own);
  return octets;
}

const SERVICE = octetsOf(RECORD_SERVICE);
const CHARACTERISTICS = { info: uuidText(octetsOf(INFO)), up: uuidText(octetsOf(UP)), down: uuidText(octetsOf(DOWN)) };

/** Whether AD structures name the record service. */
export function offersRecords(data: Uint8Array): boolean {
  for (let at = 0; at + 1 < data.length && data[at] > 0; at += 1 + data[at]) {
    const [end, type] = [at + 1 + data[at], data[at + 1]];
    if (type !== COMPLETE_LIST_128 && type !== INCOMPLETE_LIST_128) continue;
    for (let uuid = at + 2; uuid + UUID_BYTES <= end; uuid += UUID_BYTES) {
      if (uuidText(data.slice(uuid, uuid + UUID_BYTES)) === uuidText(SERVICE)) return true;
    }
  }
  return false;
}

/** Joins fragments; answers a message with its number when its last one has come. */
export function messageJoiner(): (
  fragment: Uint8Array,
) => { readonly number: number; readonly octets: Uint8Array } | undefined {
  let number = -1;
  let next = 0;
  let held: number[] = [];
  return (fragment) => {
    if (fragment.length < FRAGMENT_HEAD) return undefined;
    const [of, part, ...octets] = fragment;
    const index = part & FRAGMENT_INDEX;
    if (index === 0) {
      number = of;
      next = 0;
      held = [];
    }
    if (of !== number || index !== next) {
      number = -1;
      return undefined;
    }
    held.push(...octets);
    next++;
    if ((part & LAST_FRAGMENT) === 0) return undefined;
    number = -1;
    return { number: of, octets: Uint8Array.from(held) };
  };
}

/** A message in fragments of at most `most` octets, head included; one without octets is one fragment. */
export function messageFragments(number: number, kind: number, octets: Uint8Array, most: number): Uint8Array[] {
  const each = most - FRAGMENT_HEAD;
  const count = Math.max(1, Math.ceil(octets.length / each));
  return Array.from({ length: count }, (_, index) =>
    Uint8Array.of(
      number,
      kind | index | (index === count - 1 ? LAST_FRAGMENT : 0),
      ...octets.slice(index * each, (index + 1) * each),
    ),
  );
}

export function phone({ agenda, air, server, epochS, address, told = () => {} }: PhoneOptions): Phone {
  let near = false;
  let connected = false;
  const shunned = new Map<string, number>();
  /** What the hub gave for a device, by its id, until the device has it. */
  const undelivered = new Map<string, Uint8Array>();

  const central = air.central({
    identity: { type: 1, address },
    heard(from, { data }) {
      const name = uuidText(from);
      if (connected || !offersRecords(data) || (shunned.get(name) ?? 0) > agenda.nowUs()) return;
      central.scan(0);
      central.connect(
        (other) => uuidText(other) === name,
        BUSY,
        (end) => serve(end, name),
      );
    },
  });

  function look(): void {
    central.scan(near && !connected ? SCAN_SHARE : 0);
  }

  /** One connection, from its first PDU to its end. */
  function serve(end: CentralEnd, name: string): LinkEvents {
    let open = true;
    let resting = false;
    let restEntry = 0;
    let pollEntry = 0;
    let up = 0;
    const join = messageJoiner();
    connected = true;

    const client = attClient(sendPdu, (handle, value) => {
      const message = handle === up ? join(value) : undefined;
      busy();
      if (message !== undefined) carry(message.number, message.octets);
    });
    const assemble = frameAssembler(MOST_PDU, (channel, payload) => {
      if (channel === ATT_CHANNEL && payload.length > 0) client.take(payload);
    });
    let device = new Uint8Array(0);
    let down = 0;

    function sendPdu(pdu: Uint8Array): void {
      for (const [index, piece] of framePieces(ATT_CHANNEL, pdu, end.dataOctets()).entries())
        end.send(piece, index === 0, () => {});
    }

    /** While records come the events are close together; they go apart when none has come for a while. */
    function busy(): void {
      if (resting) {
        resting = false;
        end.setParameters(BUSY);
      }
      agenda.cancel(restEntry);
      restEntry = agenda.at(agenda.nowUs() + REST_AFTER_US, () => {
        if (!open) return;
        resting = true;
        end.setParameters(RESTING);
      });
    }

    function shun(): void {
      shunned.set(name, agenda.nowUs() + SHUN_US);
      end.disconnect(0x13);
    }

    /** `written`: the device has taken the last fragment. */
    function write(number: number, kind: number, octets: Uint8Array, written = () => {}): void {
      const fragments = messageFragments(number, kind, octets, client.mtu() - 3);
      for (const [index, fragment] of fragments.entries()) {
        client.write(down, fragment, (taken) => {
          if (taken && index === fragments.length - 1) written();
        });
      }
    }

    /** To the hub and back. */
    function carry(number: number, sealed: Uint8Array): void {
      agenda.at(agenda.nowUs() + HUB_US, () => {
        const outcome = server.record(device, sealed, epochS());
        told(outcome);
        if (open) write(number, 0, outcome.answer ?? new Uint8Array(0));
        if (open) poll();
      });
    }

    function poll(): void {
      const owner = uuidText(device);
      const command = undelivered.get(owner) ?? server.waiting?.(device, epochS());
      if (command === undefined) return;
      undelivered.set(owner, command);
      busy();
      write(0, COMMAND_MESSAGE, command, () => undelivered.delete(owner));
    }

    function pollAgain(): void {
      pollEntry = agenda.at(agenda.nowUs() + POLL_US, () => {
        poll();
        pollAgain();
      });
    }

    function subscribe(found: readonly Found[]): void {
      const handleOf = (uuid: string) => found.find((one) => one.uuid === uuid);
      const [info, upward, downward] = [CHARACTERISTICS.info, CHARACTERISTICS.up, CHARACTERISTICS.down].map(handleOf);
      if (info === undefined || upward === undefined || downward === undefined) {
        shun();
        return;
      }
      up = upward.first;
      down = downward.first;
      client.read(info.first, (value) => {
        if (value?.[0] !== RECORD_SERVICE_VERSION || value.length !== 1 + DEVICE_ID_BYTES) {
          shun();
          return;
        }
        device = value.slice(1);
        client.configuration({ first: up + 1, last: upward.last }, (handle) => {
          if (handle === undefined) {
            shun();
            return;
          }
          client.write(handle, SUBSCRIBE, () => {
            if (server.waiting !== undefined) pollAgain();
            poll();
          });
        });
      });
    }

    end.setDataLength(MOST_DATA);
    busy();
    begin(client, shun, subscribe);
    return {
      received: assemble,
      closed() {
        open = false;
        connected = false;
        agenda.cancel(restEntry);
        agenda.cancel(pollEntry);
        look();
      },
      encrypted() {},
    };
  }

  return {
    place(distanceM) {
      near = distanceM !== undefined;
      central.place(distanceM);
      look();
    },
  };
}

/** What a phone asks first: the MTU, the service, its characteristics. */
function begin(client: AttClient, none: () => void, then: (found: readonly Found[]) => void): void {
  client.exchangeMtu(MTU, () =>
    client.service(SERVICE, (range) => {
      if (range === undefined) none();
      else client.characteristics(range, then);
    }),
  );
}
