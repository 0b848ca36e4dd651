/**
 * BLE as the manifest asks for it: the services that every product has, those of its own, and the record service as a bearer.
 * A phone authenticates nobody, so the device needs its `commands` too, which open the hub's acknowledgements.
 *
 * The device advertises whenever no central is connected: often for half a minute after boot and after a connection, and for
 * ten minutes when something urgent waits, seldom otherwise. The slow interval is one of those that iOS scans for (Accessory Design Guidelines, section 55.5).
 */

import type { Bearer } from "../bearer/bearer.ts";
import { putAdvertisement } from "../bearer/ble/advertising.ts";
import { attServer } from "../bearer/ble/att.ts";
import { batteryService } from "../bearer/ble/battery.ts";
import { deviceInformation } from "../bearer/ble/device-information.ts";
import { type Gatt, gatt } from "../bearer/ble/gatt.ts";
import { genericAccess } from "../bearer/ble/generic-access.ts";
import { MAX_UP, RECORD_SERVICE, recordService } from "../bearer/ble/record-service.ts";
import type { Ble } from "../board/ble.ts";
import { OK } from "../lang/result.ts";
import type { BearerMaker, Wiring } from "./wiring.ts";

/** A record of 64 octets in one fragment. */
const MTU = 69;
const FAST_MS = 100;
const SLOW_MS = 1285;
const FAST_FOR_MS = 30000;
const URGENT_FOR_MS = 600000;
/** A central that is subscribed to nothing for so long makes room for another. */
const IDLE_MS = 60000;
/** A few milliseconds of a radio at low power: nothing is cheaper. */
const COST = 1;
const UNKNOWN_APPEARANCE = 0;

/** A bearer over the radio, beside the services that `attributes` has already. */
function start(
  ble: Ble,
  name: string,
  { board, manifest, identity, onReady, onCommand }: Wiring,
  attributes: Gatt,
): Bearer | undefined {
  const { timers, battery } = board;
  const { deviceId } = identity.fields;
  /** While connected: of a look at what the central does; else of the slow interval. */
  let timer = 0;
  let urgent = false;

  genericAccess(attributes, name, UNKNOWN_APPEARANCE);
  deviceInformation(attributes, { deviceId, model: manifest.id });
  if (battery !== undefined) batteryService(attributes, battery);
  const records = recordService(attributes, timers, deviceId, onReady, ble.disconnect, onCommand);

  /** Written anew each time, where values of attributes are read to: as long as nobody is connected, nobody reads any. */
  function say(intervalMs: number): void {
    ble.advertise(attributes.value, putAdvertisement(attributes.value, RECORD_SERVICE, name), intervalMs);
  }

  function slow(): void {
    say(SLOW_MS);
  }

  function look(): void {
    if (attributes.isConfigured()) timer = timers.after(IDLE_MS, look);
    else ble.disconnect();
  }

  function advertise(): void {
    timers.cancel(timer);
    say(FAST_MS);
    timer = timers.after(urgent ? URGENT_FOR_MS : FAST_FOR_MS, slow);
  }

  const server = attServer(ble, timers, attributes, MTU, (connected) => {
    if (connected) {
      timers.cancel(timer);
      timer = timers.after(IDLE_MS, look);
      records.restart();
    } else advertise();
  });

  if (server.start() !== OK) return undefined;
  advertise();
  return {
    name: "ble",
    cost: COST,
    isReady: records.isOpen,
    maxPayload: () => MAX_UP,
    send: records.send,
    wanted: (isUrgent) => {
      const hurries = isUrgent && !urgent && !server.connected();
      urgent = isUrgent;
      if (hurries) advertise();
    },
  };
}

/**
 * BLE with services of the product's own: `attributes` is one `gatt()` for each start of the device, to which they are added before.
 * The build refuses a board without the radio.
 */
export function overBleWith(attributes: Gatt): BearerMaker {
  return (wiring) => {
    const settings = wiring.manifest.bearers.ble;
    const { ble } = wiring.board;
    return settings === undefined || ble === undefined ? undefined : start(ble, settings.name, wiring, attributes);
  };
}

/** BLE with the services that every product has. */
export function overBle(wiring: Wiring): Bearer | undefined {
  return overBleWith(gatt())(wiring);
}
