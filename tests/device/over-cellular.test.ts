import { describe, expect, it } from "@jest/globals";
import type { Modem, ModemEvents } from "@songbai/sdk/board/modem";
import { overMqtt } from "@songbai/sdk/device/over-cellular";
import type { Wiring } from "@songbai/sdk/device/wiring";
import { identityBlock } from "@songbai/sdk/identity/block";
import { readIdentity } from "@songbai/sdk/identity/identity";
import { prng } from "@songbai/sdk/lang/prng";
import { OK } from "@songbai/sdk/lang/result";
import { parser } from "mqtt-packet";
import { fakeTimers } from "../support/fake-board.ts";
import { blankImage, norPart } from "../support/nor-part.ts";

const deviceId = Uint8Array.of(0x7a, 0x3f, 0x11, 0xc0, 0, 0, 0, 0x42);
const fields = { deviceId, salt: new Uint8Array(4), firstEpoch: 1, suite: 1, deviceAddress: 0 };

/** The CONNECT of a device whose identity block has these octets under that name, read by mqtt-packet. */
function connectOf(name: string, octets: Uint8Array) {
  const image = blankImage(2, 4096);
  image.set(identityBlock(fields, [{ name, octets }]) as Uint8Array);
  const timers = fakeTimers();
  let events: ModemEvents | undefined;
  const read = parser({ protocolVersion: 5 });
  const packets: object[] = [];
  read.on("packet", (packet) => packets.push(packet));
  const modem: Modem = {
    start: (_into, listener) => {
      events = listener;
      return OK;
    },
    attach: () => OK,
    open: () => OK,
    send: (octets, length) => {
      read.parse(Buffer.from((octets as Uint8Array).slice(0, length)));
      return OK;
    },
    close: () => {},
  };
  const wiring = {
    board: { timers, modem, random: { next: prng(1) } },
    manifest: { id: "watch", sensors: {}, bearers: { cellular: { protocol: "mqtt", host: "h", port: 1, tls: false } } },
    identity: readIdentity(norPart(image, 4096)),
    onReady: () => {},
    onCommand: () => {},
  };
  overMqtt(wiring as unknown as Wiring);
  events?.onAttached(true);
  timers.pass(60_000);
  events?.onOpen(true);
  return packets[0];
}

describe("device/over-cellular", () => {
  it("logs in at the broker as its id, with the password of its identity", () => {
    const password = Buffer.from("0123456789abcdef0123456789abcdef");
    expect(connectOf("mqtt/password", password)).toMatchObject({
      cmd: "connect",
      clientId: "7A3F-11C0-0000-0042",
      username: "7A3F-11C0-0000-0042",
      password,
    });
  });

  it.each([
    ["has none", "root", 32],
    ["has one of another length", "mqtt/password", 31],
  ])("does not log in where it %s", (_, name, length) => {
    const connect = connectOf(name, new Uint8Array(length).fill(65));
    expect(connect).toMatchObject({ cmd: "connect", clientId: "7A3F-11C0-0000-0042" });
    expect(connect).not.toHaveProperty("username");
  });
});
