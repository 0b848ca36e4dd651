/** A LoRaWAN device as npm lora-packet makes its frames and reads what comes down: nothing of ours but the credentials. */
import { createRequire } from "node:module";
import type { Credentials } from "@songbai/tools/provision/demo";

const lora = createRequire(import.meta.url)("lora-packet") as typeof import("lora-packet").default;

const big = (value: number, length: number) => {
  const buffer = Buffer.alloc(length);
  buffer.writeUIntBE(value, 0, length);
  return buffer;
};
const little = (value: number, length: number) => big(value, length).reverse();

export interface PeerUplink {
  readonly counter: number;
  readonly port?: number;
  readonly payload?: Uint8Array;
  readonly options?: string;
  readonly confirmed?: boolean;
  readonly acknowledges?: boolean;
  readonly adaptive?: boolean;
  readonly asksForSign?: boolean;
}

/** A downlink that lora-packet has verified and decrypted; hexadecimal. */
export interface PeerDownlink {
  readonly counter: number;
  readonly confirmed: boolean;
  readonly acknowledges: boolean;
  readonly pending: boolean;
  readonly options: string;
  readonly port: number | null;
  readonly payload: string;
}

export interface PeerSession {
  /** 8 hexadecimal digits. */
  readonly address: string;
  readonly uplink: (uplink: PeerUplink) => Uint8Array;
  /** Throws when it is not for this session. `counter`: above 65535, for the upper half. */
  readonly read: (frame: Uint8Array, counter?: number) => PeerDownlink;
}

export function sessionOf(address: Buffer, networkKey: Buffer, applicationKey: Buffer): PeerSession {
  return {
    address: address.toString("hex"),
    uplink({ counter, port, payload, options = "", confirmed = true, acknowledges = false, ...rest }) {
      if (port === undefined) {
        // lora-packet makes no frame without a port from fields, but codes one.
        const control =
          (rest.adaptive === true ? 0x80 : 0) | (rest.asksForSign === true ? 0x40 : 0) | (acknowledges ? 0x20 : 0);
        const commands = Buffer.from(options, "hex");
        const head = [confirmed ? 0x80 : 0x40, ...Buffer.from(address).reverse(), control | commands.length];
        const uncoded = Buffer.concat([Buffer.from(head), little(counter & 0xffff, 2), commands]);
        const packet = lora.fromWire(Buffer.concat([uncoded, Buffer.alloc(4)]));
        lora.recalculateMIC(packet, networkKey, undefined, little(counter >>> 16, 2));
        return new Uint8Array(Buffer.concat([uncoded, packet.MIC as Buffer]));
      }
      const packet = lora.fromFields(
        {
          MType: confirmed ? "Confirmed Data Up" : "Unconfirmed Data Up",
          DevAddr: address,
          FCtrl: { ADR: rest.adaptive === true, ADRACKReq: rest.asksForSign === true, ACK: acknowledges },
          FCnt: big(counter & 0xffff, 2),
          FOpts: Buffer.from(options, "hex"),
          FPort: port,
          payload: Buffer.from(payload ?? new Uint8Array(0)),
        },
        applicationKey,
        networkKey,
        undefined,
        little(counter >>> 16, 2),
      );
      return new Uint8Array(packet.PHYPayload as Buffer);
    },
    read(frame, counter = 0) {
      const packet = lora.fromWire(Buffer.from(frame));
      const upper = little(counter >>> 16, 2);
      if (!packet.DevAddr?.equals(address) || packet.getDir() !== "down") throw new Error("not for this device");
      if (!lora.verifyMIC(packet, networkKey, undefined, upper)) throw new Error("the MIC is wrong");
      const clear = packet.FRMPayload?.length ? lora.decrypt(packet, applicationKey, networkKey, upper) : Buffer.alloc(0);
      return {
        counter: packet.getFCnt() as number,
        confirmed: packet.isConfirmed(),
        acknowledges: packet.getFCtrlACK() === true,
        pending: packet.getFCtrlFPending() === true,
        options: packet.FOpts?.toString("hex") ?? "",
        port: packet.getFPort(),
        payload: (clear as Buffer).toString("hex"),
      };
    },
  };
}

/** The session that it was given. */
export const givenSession = ({ deviceAddress, networkKey, applicationKey }: Credentials): PeerSession =>
  sessionOf(big(deviceAddress >>> 0, 4), Buffer.from(networkKey), Buffer.from(applicationKey));

export function joinRequest({ deviceId, joinEui, appKey }: Credentials, devNonce: number): Uint8Array {
  const fields = { AppEUI: Buffer.from(joinEui), DevEUI: Buffer.from(deviceId), DevNonce: big(devNonce, 2) };
  const packet = lora.fromFields({ MType: "Join Request", ...fields }, undefined, undefined, Buffer.from(appKey));
  return new Uint8Array(packet.PHYPayload as Buffer);
}

export interface PeerJoin extends PeerSession {
  readonly joinNonce: number;
  readonly rx2Rate: number;
  /** Channel masks of the list, hexadecimal; empty without one. */
  readonly channels: string;
}

/** What an accept leads to. Throws when it is not for this device. */
export function joinedSession({ appKey }: Credentials, devNonce: number, accept: Uint8Array): PeerJoin {
  const key = Buffer.from(appKey);
  const packet = lora.fromWire(lora.decryptJoinAccept(lora.fromWire(Buffer.from(accept)), key));
  if (!lora.verifyMIC(packet, undefined, key)) throw new Error("the accept's MIC is wrong");
  const { NwkSKey, AppSKey } = lora.generateSessionKeys10(
    key,
    packet.NetID as Buffer,
    packet.AppNonce as Buffer,
    big(devNonce, 2),
  );
  return {
    ...sessionOf(packet.DevAddr as Buffer, NwkSKey, AppSKey),
    joinNonce: (packet.AppNonce as Buffer).readUIntBE(0, 3),
    rx2Rate: packet.getDLSettingsRxTwoDataRate() as number,
    channels: packet.CFList?.toString("hex") ?? "",
  };
}
