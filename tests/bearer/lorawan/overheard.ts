// What is on the air while a scenario runs, and what npm lora-packet makes of it with nothing but the AppKey.
import { createRequire } from "node:module";
import type { UplinkOutcome } from "@songbai/sim/air/gateway";
import { demoCredentials } from "@songbai/tools/provision/demo";
import { runScenario } from "../../support/simulation.ts";

const lora = createRequire(import.meta.url)("lora-packet") as typeof import("lora-packet").default;

export interface Overheard {
  readonly frame: Uint8Array;
  readonly up: boolean;
  readonly frequencyHz: number;
  readonly spreadingFactor: number;
  /** Of an uplink, what the hub says of it. */
  readonly outcome?: UplinkOutcome;
}

/** Frames as the gateway hears them and is given them, in order. */
export async function overheard(scenario: string, seed = 1): Promise<readonly Overheard[]> {
  const frames: Overheard[] = [];
  await runScenario(scenario, {
    seed,
    between: (hub) => ({
      uplink(reception, timeS) {
        const outcome = hub.uplink(reception, timeS);
        frames.push({ frame: reception.frame, up: true, ...reception.channel, outcome });
        const { downlink } = outcome;
        if (downlink !== undefined) frames.push({ frame: downlink.frame, up: false, ...downlink.channel });
        return outcome;
      },
    }),
  });
  return frames;
}

export interface SessionKeys {
  /** As in the frames: least significant octet first. */
  readonly address: Buffer;
  readonly network: Buffer;
  readonly application: Buffer;
}

/** A frame as lora-packet reads it. */
export interface Read {
  readonly kind: string;
  /** Whether its code is right under the keys that a join led to. */
  readonly genuine: boolean;
  readonly port: number | null;
  /** MAC commands, hexadecimal: those of the header, or of port 0. */
  readonly commands: string;
  readonly payload: Buffer;
}

export function deviceKeys(seed = 1): { readonly appKey: Buffer; readonly deviceEui: Buffer } {
  const { appKey, deviceId } = demoCredentials(seed, "bracelet");
  return { appKey: Buffer.from(appKey), deviceEui: Buffer.from(deviceId) };
}

/** Reads frames in order; each accept begins a session, the older ones stay readable. */
export function packetReader(appKey: Buffer) {
  const sessions: SessionKeys[] = [];
  let devNonce: Buffer = Buffer.alloc(2);
  const nothing = { port: null, commands: "", payload: Buffer.alloc(0) };

  function joined(frame: Buffer): Read {
    const packet = lora.fromWire(lora.decryptJoinAccept(lora.fromWire(frame), appKey));
    const genuine = lora.verifyMIC(packet, undefined, appKey);
    if (genuine) {
      const { NetID, AppNonce, DevAddr } = packet;
      const keys = lora.generateSessionKeys10(appKey, NetID as Buffer, AppNonce as Buffer, devNonce);
      const address = Buffer.from(DevAddr as Buffer).reverse();
      sessions.push({ address, network: keys.NwkSKey, application: keys.AppSKey });
    }
    return { kind: "Join Accept", genuine, ...nothing };
  }

  function read(octets: Uint8Array): Read {
    const frame = Buffer.from(octets);
    const kind = frame[0] >> 5;
    if (kind === 1) return joined(frame);
    const packet = lora.fromWire(frame);
    if (kind === 0) {
      const genuine = lora.verifyMIC(packet, undefined, appKey);
      if (genuine) devNonce = packet.DevNonce as Buffer;
      return { kind: packet.getMType(), genuine, ...nothing };
    }
    for (const { network, application } of sessions.toReversed()) {
      if (!lora.verifyMIC(packet, network)) continue;
      const port = packet.getFPort();
      const clear = packet.FRMPayload?.length ? (lora.decrypt(packet, application, network) as Buffer) : nothing.payload;
      const commands = (port === 0 ? clear : (packet.FOpts ?? nothing.payload)).toString("hex");
      return { kind: packet.getMType(), genuine: true, port, commands, payload: port === 0 ? nothing.payload : clear };
    }
    return { kind: "", genuine: false, ...nothing };
  }

  return {
    sessions,
    /** Never throws: a changed frame may be none. */
    read(octets: Uint8Array): Read {
      try {
        return read(octets);
      } catch {
        return { kind: "", genuine: false, ...nothing };
      }
    },
  };
}
