/**
 * CN470-510 after RP002-1.0.1 and later: four plans, chosen by the join channel, here by name. Read through two implementations
 * (Lora-net/LoRaMac-node, Lora-net/SWL2001); where they differ on RX2 of join channel 6, the series' 494.9 MHz.
 *
 * DR6 (SF7 at 500 kHz) is heard, not sent: its 10 mW a 100 kHz are a limit of its own. DR7 (FSK) is neither.
 */
import { CN470_STEP_HZ, type Cn470Rates, cn470Plan, cn470SpreadingFactor } from "./cn470-plan.ts";
import type { Plan } from "./plan.ts";

/** Octets by data rate; each just fits the second. */
const MAX_PAYLOAD = [0, 23, 86, 184, 242, 242, 242];
const WIDE_RATE = 6;

function steps(from: number, count: number): number {
  return from + count * CN470_STEP_HZ;
}

function isOn(): boolean {
  return true;
}

const RATES: Cn470Rates = {
  spreadingFactor: (rate) => (rate === WIDE_RATE ? 7 : cn470SpreadingFactor(rate)),
  bandwidthKhz: (rate) => (rate === WIDE_RATE ? 500 : 125),
  maxPayload: (rate) => (rate >= 0 && rate <= WIDE_RATE ? MAX_PAYLOAD[rate] : 0),
  rx1Rate: (rate, offset) => (rate - offset > 1 ? rate - offset : 1),
  rx2Rate: 1,
  isDownlinkRate: (rate) => rate >= 1 && rate <= WIDE_RATE,
};

/** 64 channels of a 20 MHz antenna, down on frequencies of their own; join channels 0 to 7. */
export function cn470Rp002A20(): Plan {
  return cn470Plan(
    {
      name: "cn470-rp002-20a",
      slots: 64,
      isOn,
      uplinkHz: (slot) => (slot < 32 ? steps(470300000, slot) : steps(503500000, slot - 32)),
      rx1Hz: (slot) => (slot < 32 ? steps(483900000, slot) : steps(490300000, slot - 32)),
      rx2Hz: 486900000,
      lowestHz: 483900000,
      highestHz: 496500000,
      joinChannels: 8,
      joinHz: (channel) => (channel < 4 ? steps(470900000, 8 * channel) : steps(504100000, 8 * (channel - 4))),
      joinRx1Hz: (channel) => steps(484500000, 8 * channel),
      joinRx2Hz: (channel) => steps(485300000, 8 * channel),
      allOn: 6,
      allOff: 7,
    },
    RATES,
  );
}

/** 64 channels of a 20 MHz antenna, down where it goes up; join channels 8 and 9. */
export function cn470Rp002B20(): Plan {
  const hz = (slot: number): number => (slot < 32 ? steps(476900000, slot) : steps(496900000, slot - 32));
  const joinHz = (channel: number): number => (channel === 0 ? 479900000 : 499900000);
  return cn470Plan(
    {
      name: "cn470-rp002-20b",
      slots: 64,
      isOn,
      uplinkHz: hz,
      rx1Hz: hz,
      rx2Hz: 498300000,
      lowestHz: 476900000,
      highestHz: 503100000,
      joinChannels: 2,
      joinHz,
      joinRx1Hz: joinHz,
      joinRx2Hz: (channel) => (channel === 0 ? 478300000 : 498300000),
      allOn: 6,
      allOff: 7,
    },
    RATES,
  );
}

/** 48 channels of a 26 MHz antenna; join channels 10 to 14 (A) and 15 to 19 (B). */
function planOf26(name: string, uplinkHz: number, downlinkHz: number, rx2Hz: number): Plan {
  return cn470Plan(
    {
      name,
      slots: 48,
      isOn,
      uplinkHz: (slot) => steps(uplinkHz, slot),
      rx1Hz: (slot) => steps(downlinkHz, slot % 24),
      rx2Hz,
      lowestHz: downlinkHz,
      highestHz: steps(downlinkHz, 23),
      joinChannels: 5,
      joinHz: (channel) => steps(uplinkHz, 10 * channel),
      joinRx1Hz: () => rx2Hz,
      joinRx2Hz: () => rx2Hz,
      allOn: 3,
      allOff: 4,
    },
    RATES,
  );
}

export function cn470Rp002A26(): Plan {
  return planOf26("cn470-rp002-26a", 470300000, 490100000, 492500000);
}

export function cn470Rp002B26(): Plan {
  return planOf26("cn470-rp002-26b", 480300000, 500100000, 502500000);
}
