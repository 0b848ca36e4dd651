/**
 * ADR back-off (TS001-1.0.4 section 4.3.1.1): after 64 frames without a downlink the device asks for one, and every 32 more it makes
 * itself easier to hear: full power, then the next lower rate each time, at last all channels and single transmissions.
 */
import type { Channels } from "./channels.ts";
import { isDataRate, type Link } from "./link.ts";
import type { Plan } from "./plan.ts";

const ADR_ACK_LIMIT = 64;
const ADR_ACK_DELAY = 32;

export interface AdrBackOff {
  /** Whether the next frame asks for a downlink: ADRACKReq. */
  readonly asks: () => boolean;
  /** A frame went out, NbTrans times, and nothing was heard. */
  readonly unheard: () => void;
  readonly heard: () => void;
}

export function adrBackOff(plan: Plan, link: Link, channels: Channels): AdrBackOff {
  let frames = 0;
  let exhausted = false;

  function step(): void {
    if (link.power > 0) {
      link.power = 0;
    } else if (isDataRate(plan, link, link.rate - 1)) {
      link.rate -= 1;
      if (!channels.carries(channels.trial(), link.rate)) channels.restore();
    } else {
      channels.restore();
      link.transmissions = 1;
      exhausted = true;
    }
  }

  return {
    asks: () => frames >= ADR_ACK_LIMIT && !exhausted,
    unheard: () => {
      frames += 1;
      const beyond = frames - ADR_ACK_LIMIT;
      if (beyond >= ADR_ACK_DELAY && beyond % ADR_ACK_DELAY === 0 && !exhausted) step();
    },
    heard: () => {
      frames = 0;
      exhausted = false;
    },
  };
}
