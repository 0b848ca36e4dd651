// A radio that the test is the central of, and the device's server on it.
import { attServer } from "@songbai/sdk/bearer/ble/att";
import type { Gatt } from "@songbai/sdk/bearer/ble/gatt";
import type { Ble, BleEvents } from "@songbai/sdk/board/ble";
import type { Bytes } from "@songbai/sdk/lang/intrinsics";
import { BUSY, MISSING, OK } from "@songbai/sdk/lang/result";
import { fakeTimers } from "../../support/fake-board.ts";
import { fromHex, toHex } from "../../support/hex.ts";

export function bleBench(attributes: Gatt, mtu = 69) {
  const timers = fakeTimers();
  const sent: string[] = [];
  const links: boolean[] = [];
  let into: Bytes = new Uint8Array(0);
  let events: BleEvents | undefined;
  let level = 1;
  let connected = false;
  let sending = false;
  /** While it is held, nothing leaves. */
  let held = false;
  let fails = false;

  const ble: Ble = {
    start(octets, listener) {
      into = octets;
      events = listener;
      return OK;
    },
    advertise: () => OK,
    send(pdu, length) {
      if (!connected) return MISSING;
      if (sending || fails) return BUSY;
      sent.push(toHex(pdu, length));
      sending = true;
      return OK;
    },
    disconnect() {
      if (!connected) return;
      connected = false;
      sending = false;
      events!.onDisconnect();
    },
    securityLevel: () => level,
  };

  /** Lets everything out that wants to leave. */
  function drain(): void {
    while (sending && !held) {
      sending = false;
      events!.onSent();
    }
  }

  const server = attServer(ble, timers, attributes, mtu, (on) => links.push(on));
  server.start();

  return {
    timers,
    server,
    sent,
    links,
    ble,
    drain,
    isConnected: () => connected,
    connect(securityLevel = 1) {
      level = securityLevel;
      connected = true;
      events!.onConnect();
    },
    secure(securityLevel: number) {
      level = securityLevel;
    },
    hold(on: boolean) {
      held = on;
      drain();
    },
    disconnect: () => ble.disconnect(),
    /** From now on the link takes nothing, though it is free. */
    fail() {
      fails = true;
    },
    /** A PDU from the central, and what the device says until it says no more. */
    say(pdu: string | Uint8Array): string[] {
      const octets = typeof pdu === "string" ? fromHex(pdu) : pdu;
      sent.length = 0;
      for (let i = 0; i < octets.length && i < into.length; i++) into[i] = octets[i];
      events!.onPdu(octets.length);
      drain();
      return sent.splice(0);
    },
    /** What has left since. */
    take(): string[] {
      drain();
      return sent.splice(0);
    },
  };
}
