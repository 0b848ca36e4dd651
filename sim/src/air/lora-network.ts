/**
 * The gateways of a scenario with the network server behind them. A frame that several of them heard goes to the server once, as the one
 * that heard it best has it; the answer goes down through that one.
 */
import type { Agenda } from "../clock/agenda.ts";
import type { Downlink, NetworkServer, UplinkOutcome } from "./gateway.ts";
import type { LoraAir, Reception } from "./lora-air.ts";
import { type LoraGateway, loraGateway } from "./lora-gateway.ts";
import type { Place } from "./lora-link.ts";

export interface GatewaySettings {
  readonly place: Place;
  readonly channelsHz: readonly number[] | undefined;
}

export interface LoraNetwork {
  /** Hands over the frame that has just ended, if a gateway has it, and answers what the server made of it. */
  readonly deliver: () => UplinkOutcome | undefined;
  /** The frame that has just ended is none of the server's. */
  readonly discard: () => void;
  /** An answer that the server gives later, to the last frame that it got. */
  readonly answer: (downlink: Downlink) => void;
  /** Downlinks that no gateway had its transmitter free for. */
  readonly refused: () => number;
}

interface Copy {
  readonly gateway: LoraGateway;
  readonly reception: Reception;
}

export function loraNetwork(
  agenda: Agenda,
  air: LoraAir,
  settings: readonly GatewaySettings[],
  server: NetworkServer,
): LoraNetwork {
  let copies: Copy[] = [];
  let best: LoraGateway | undefined;
  let refused = 0;

  settings.forEach(({ place, channelsHz }, index) => {
    const station = { name: `gateway ${index + 1}`, place, wallsDb: 0 };
    const heard = (reception: Reception) => copies.push({ gateway, reception });
    const gateway: LoraGateway = loraGateway({ agenda, air, station, channelsHz, heard });
  });

  function answer({ frame, channel, delayMs, otherwise }: Downlink): void {
    if (best?.send(frame, channel, delayMs * 1000) === true) return;
    if (otherwise === undefined) refused++;
    else answer({ frame, ...otherwise });
  }

  return {
    deliver() {
      if (copies.length === 0) return undefined;
      const { gateway, reception } = copies.reduce((a, b) => (b.reception.rssiDbm > a.reception.rssiDbm ? b : a));
      copies = [];
      best = gateway;
      const outcome = server.uplink(reception, agenda.nowUs() / 1e6);
      if (outcome.downlink !== undefined) answer(outcome.downlink);
      return outcome;
    },
    discard() {
      copies = [];
    },
    answer,
    refused: () => refused,
  };
}
