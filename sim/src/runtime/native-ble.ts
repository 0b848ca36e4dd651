/** BLE of a device that runs in the host's own process. It refuses what `sdk/src/link/ble.ts` refuses. */
import type { Ble, BleEvents } from "@songbai/sdk/board/ble";
import type { Bytes } from "@songbai/sdk/lang/intrinsics";
import { BUSY, MISSING, OK } from "@songbai/sdk/lang/result";
import { checkAdvertisement, checkPdu } from "@songbai/sdk/link/limits";
import type { BleHardware, Program } from "../parts/hardware.ts";

export interface NativeBle extends Pick<Program, "bleLink" | "blePdu" | "bleSent"> {
  readonly ble: Ble;
}

export function nativeBle(hardware: BleHardware): NativeBle {
  let into: Bytes = new Uint8Array(0);
  let events: BleEvents | undefined;
  let connected = false;
  let sending = false;
  let level = 1;

  return {
    ble: {
      start(octets, listener) {
        into = octets;
        events = listener;
        return OK;
      },
      advertise(data, length, intervalMs) {
        if (connected) return BUSY;
        const result = checkAdvertisement(length, intervalMs);
        if (result === OK) hardware.advertise((data as Uint8Array).slice(0, length), intervalMs);
        return result;
      },
      send(pdu, length) {
        if (!connected) return MISSING;
        if (sending) return BUSY;
        const result = checkPdu(length);
        sending = result === OK;
        if (sending) hardware.send((pdu as Uint8Array).slice(0, length));
        return result;
      },
      disconnect() {
        if (connected) hardware.disconnect();
      },
      securityLevel: () => level,
    },
    bleLink(on, securityLevel) {
      if (events === undefined) return;
      const was = connected;
      connected = on;
      level = securityLevel;
      if (on === was) return;
      sending = false;
      if (on) events.onConnect();
      else events.onDisconnect();
    },
    blePdu(pdu) {
      for (let i = 0; i < pdu.length && i < into.length; i++) into[i] = pdu[i];
      events?.onPdu(pdu.length);
    },
    bleSent() {
      if (!sending) return;
      sending = false;
      events?.onSent();
    },
  };
}
