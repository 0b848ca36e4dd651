/**
 * LoRaWAN over the plan of a region. A device joins its network over the air, goes on with its session after a restart, and joins
 * again where it has lost its counters or the network its session; meanwhile it journals, and what waits goes the moment it is in.
 *
 * A program imports its region's plan by name, so that it holds no other: `bearers: [lorawanOver(eu868)]`. CN470 after RP001 is
 * `overLorawan`.
 */
import type { Bearer } from "../bearer/bearer.ts";
import { otaa } from "../bearer/lorawan/activation.ts";
import { DEVICE_TIME } from "../bearer/lorawan/commands.ts";
import { lorawanMac } from "../bearer/lorawan/mac.ts";
import type { Plan } from "../bearer/lorawan/plan.ts";
import type { Board } from "../board/board.ts";
import { aes128 } from "../crypto/aes.ts";
import type { BlockCipher } from "../crypto/block.ts";
import { LORAWAN_APP_KEY } from "../identity/block.ts";
import { type Bytes, idiv } from "../lang/intrinsics.ts";
import { LORAWAN_JOINED, REGION_DIFFERS } from "../record/codes.ts";
import { MAX_RECORD } from "../record/journal.ts";
import type { BearerMaker, Wiring } from "./wiring.ts";

const DEFAULT_REGION = "cn470-rp001";
/** 12 dBm e.r.p., under the limits of every region here, and what the power profiles of the radios are for. */
const POWER_DBM = 14;
/** DevStatusAns (TS001-1.0.4 section 5.5). */
const BATTERY_UNKNOWN = 255;
const BATTERY_EMPTY = 1;
const BATTERY_STEPS = 253;
/**
 * From GPS time to UTC: GPS began on 1980-01-06, 315,964,800 s after 1970, and knows no leap seconds, of which there have been 18 since
 * (the last at the end of 2016, IERS Bulletin C 52).
 */
const GPS_TO_UTC_S = 315964782;

function batteryOf(board: Board): number {
  if (board.battery === undefined) return BATTERY_UNKNOWN;
  return BATTERY_EMPTY + idiv(board.battery.levelPercent() * BATTERY_STEPS, 100);
}

/** AES-128 of the board where it has one. */
function cipherOf(board: Board, key: Bytes): BlockCipher {
  const own = board.cipher === undefined ? undefined : board.cipher.under("aes-128", key);
  return own === undefined ? aes128(key) : own;
}

function bearerOf(plan: Plan, wiring: Wiring): Bearer | undefined {
  const { board, manifest, identity, counters, epochs, onReady, onCommand, onTime } = wiring;
  const settings = manifest.bearers.lorawan;
  const joinEui = identity.joinEui();
  if (settings === undefined || board.lora === undefined || joinEui === undefined) return undefined;
  const region = settings.region === undefined ? DEFAULT_REGION : settings.region;
  if (region !== plan.name) {
    board.log.event(REGION_DIFFERS, 0);
    return undefined;
  }
  const root = {
    joinEui,
    deviceEui: identity.fields.deviceId,
    appKey: () => identity.keystore.cipher(LORAWAN_APP_KEY),
    cipherOf: (key: Bytes) => cipherOf(board, key),
  };
  /** Joined, and the network has not heard from the session. */
  let fresh = false;

  function joined(deviceAddress: number): void {
    fresh = true;
    board.log.event(LORAWAN_JOINED, deviceAddress);
  }

  /** With the first frame of a session, where the board does not know the time. */
  function askTime(): void {
    if (board.clock.epochSeconds() === 0) mac.ask(DEVICE_TIME);
  }

  /** What waits goes, and proves a new session to the network; where nothing waits, a question does. */
  function ready(): void {
    const unheard = fresh;
    fresh = false;
    if (unheard) askTime();
    onReady();
    if (unheard) mac.prove();
  }

  const mac = lorawanMac(
    board.lora,
    board.timers,
    board.random,
    {
      plan,
      activation: otaa(root, counters, epochs, identity.fields.firstEpoch),
      dataRate: settings.dataRate,
      adaptive: true,
      confirmed: true,
      continuous: settings.class === "C",
      mostDbm: POWER_DBM,
      mostPayload: MAX_RECORD,
    },
    {
      battery: () => batteryOf(board),
      // The board's radio does not tell.
      snrDb: () => 0,
      onLinkCheck: () => {},
      // Of the end of the uplink: a few seconds ago.
      onTime: (gpsSeconds) => onTime((gpsSeconds + GPS_TO_UTC_S) | 0),
      onData: (_port, payload, length) => onCommand(payload, length),
      onJoined: joined,
      onReady: ready,
    },
  );
  if (mac.isReady()) askTime();
  else mac.join();
  return mac;
}

/** The bearer over a plan; `planOf` gets the sub-band of the manifest (AS923: its group). */
export function lorawanOver(planOf: (subBand: number) => Plan): BearerMaker {
  return (wiring) => {
    const settings = wiring.manifest.bearers.lorawan;
    return settings === undefined ? undefined : bearerOf(planOf(settings.subBand), wiring);
  };
}
