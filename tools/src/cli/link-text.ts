/** A LoRaWAN session as songbai hub shows it. */
import type { StoredSession } from "../hub/store/device.ts";

export interface LinkFacts {
  /** DevAddr, 8 hexadecimal digits. */
  readonly address: string;
  /** Given with the device's identity, joined for and not yet used, or joined. */
  readonly state: "given" | "offered" | "joined";
  /** ISO 8601. */
  readonly joined?: string;
  /** The last frame, and how it was heard. */
  readonly heard?: string;
  readonly frame?: number;
  readonly dataRate?: number;
  readonly rssiDbm?: number;
  readonly snrDb?: number;
  readonly gateways?: number;
  readonly txPower: number;
  readonly nbTrans: number;
  /** Percent, or in words; SNR of the last downlink that the device heard, dB. */
  readonly battery?: number | "mains" | "unknown";
  readonly marginDb?: number;
}

const dateOf = (timeS: number) => new Date(timeS * 1000).toISOString();

function batteryOf(level: number): number | "mains" | "unknown" {
  if (level === 0) return "mains";
  return level === 255 ? "unknown" : Math.round(((level - 1) * 100) / 253);
}

function signalOf({ heard, frameUp }: StoredSession): Partial<LinkFacts> {
  if (heard === undefined) return {};
  const { timeS, ...signal } = heard;
  return { ...signal, heard: dateOf(timeS), frame: frameUp };
}

export function linkFacts(session: StoredSession): LinkFacts {
  const { deviceAddress, joined, proved, status, txPower, nbTrans } = session;
  return {
    address: (deviceAddress >>> 0).toString(16).padStart(8, "0"),
    state: joined === undefined ? "given" : proved ? "joined" : "offered",
    ...(joined === undefined ? {} : { joined: dateOf(joined) }),
    ...signalOf(session),
    txPower,
    nbTrans,
    ...(status === undefined ? {} : { battery: batteryOf(status.battery), marginDb: status.marginDb }),
  };
}

export function linkText(link: LinkFacts): string {
  const words = [`${link.address} ${link.state}${link.joined === undefined ? "" : ` ${link.joined}`}`];
  if (link.heard === undefined) words.push("not heard yet");
  else {
    words.push(`heard ${link.heard}, frame ${link.frame}`);
    words.push(`DR${link.dataRate} power ${link.txPower} NbTrans ${link.nbTrans}`);
    words.push(`RSSI ${link.rssiDbm} dBm, SNR ${link.snrDb} dB at the best of ${link.gateways}`);
  }
  if (link.battery !== undefined) {
    words.push(
      `battery ${typeof link.battery === "number" ? `${link.battery} %` : link.battery}, hears at ${link.marginDb} dB`,
    );
  }
  return words.join("  ");
}
