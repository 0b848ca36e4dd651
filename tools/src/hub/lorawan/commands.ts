/** MAC commands from the network's side (TS001-1.0.4 section 5): what a device says, and what it is told. */

/** Commands of a device and the octets behind each identifier. Behind one that is not here nothing can be read. */
const UP = new Map<number, { readonly name: CommandName; readonly octets: number }>([
  [0x02, { name: "link-check", octets: 0 }],
  [0x03, { name: "link-adr", octets: 1 }],
  [0x04, { name: "duty-cycle", octets: 0 }],
  [0x05, { name: "rx-param-setup", octets: 1 }],
  [0x06, { name: "dev-status", octets: 2 }],
  [0x07, { name: "new-channel", octets: 1 }],
  [0x08, { name: "rx-timing-setup", octets: 0 }],
  [0x09, { name: "tx-param-setup", octets: 0 }],
  [0x0a, { name: "dl-channel", octets: 1 }],
  [0x0d, { name: "device-time", octets: 0 }],
]);

export type CommandName =
  | "link-check"
  | "link-adr"
  | "duty-cycle"
  | "rx-param-setup"
  | "dev-status"
  | "new-channel"
  | "rx-timing-setup"
  | "tx-param-setup"
  | "dl-channel"
  | "device-time";

export interface UpCommand {
  readonly name: CommandName;
  readonly octets: Uint8Array;
}

/** GPS time began on 6 January 1980 and knows no leap seconds; there have been 18 since (IERS Bulletin C, none after 2016). */
const GPS_EPOCH_S = 315_964_800;
const LEAP_S = 18;
/** The demodulator's floor at SF7 (SX1276 data sheet, table 13), 2.5 dB less for each step. */
const SF7_SNR_DB = -7.5;

export const requiredSnrDb = (spreadingFactor: number) => SF7_SNR_DB - 2.5 * (spreadingFactor - 7);

/** The commands in a frame header or on port 0, up to the first that is cut short or that there is not. */
export function readCommands(octets: Uint8Array): UpCommand[] {
  const commands: UpCommand[] = [];
  for (let at = 0; at < octets.length; ) {
    const kind = UP.get(octets[at]);
    if (kind === undefined || at + 1 + kind.octets > octets.length) break;
    commands.push({ name: kind.name, octets: octets.slice(at + 1, at + 1 + kind.octets) });
    at += 1 + kind.octets;
  }
  return commands;
}

/** LinkCheckAns: dB above the floor at the best gateway, 0..254, and how many gateways heard. */
export function linkCheckAnswer(snrDb: number, spreadingFactor: number, gateways: number): Uint8Array {
  const margin = Math.floor(snrDb - requiredSnrDb(spreadingFactor));
  return new Uint8Array([0x02, Math.min(254, Math.max(0, margin)), Math.min(255, gateways)]);
}

/** DeviceTimeAns: the GPS time at the end of the uplink, to 1/256 s; `undefined` by a clock that was never set. `timeS`: seconds since 1970. */
export function deviceTimeAnswer(timeS: number): Uint8Array | undefined {
  const ticks = Math.floor((timeS - GPS_EPOCH_S + LEAP_S) * 256);
  if (ticks < 0) return undefined;
  const answer = Buffer.alloc(6);
  answer[0] = 0x0d;
  answer.writeUInt32LE(Math.floor(ticks / 256) % 2 ** 32, 1);
  answer[5] = ticks & 255;
  return new Uint8Array(answer);
}

export interface LinkSettings {
  readonly dataRate: number;
  /** Index of the region's table, 0 the most. */
  readonly txPower: number;
  /** Times that an uplink is sent. */
  readonly nbTrans: number;
}

/** LinkADRReq for the eight channels of a CN470 sub-band (RP001: ChMaskCntl n is channels 16n to 16n + 15). */
export function linkAdrRequest({ dataRate, txPower, nbTrans }: LinkSettings, subBand: number): Uint8Array {
  const mask = 0xff << (8 * (subBand & 1));
  return new Uint8Array([0x03, (dataRate << 4) | txPower, mask & 255, mask >> 8, ((subBand >> 1) << 4) | nbTrans]);
}

/** Whether a LinkADRAns takes all of the request: its channel mask, data rate and power. */
export const linkAdrAccepted = ({ octets }: UpCommand) => (octets[0] & 7) === 7;

/** DevStatusReq, and what its answer says: battery (0: mains, 1..254: of full, 255: unknown), SNR of the last downlink, dB. */
export const DEV_STATUS_REQUEST = new Uint8Array([0x06]);

export function devStatusOf({ octets }: UpCommand): { readonly battery: number; readonly marginDb: number } {
  // Six bits with a sign.
  return { battery: octets[0], marginDb: (octets[1] << 26) >> 26 };
}
