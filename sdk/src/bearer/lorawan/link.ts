/** What the network can set of a session, as MAC commands and join accepts change it. */
import type { Plan } from "./plan.ts";

export interface Link {
  rate: number;
  /** TXPower: steps of 2 dB below `maxDbm`. */
  power: number;
  /** NbTrans: times that a frame is sent, 1..15. */
  transmissions: number;
  rx1Offset: number;
  rx2Rate: number;
  rx2Hz: number;
  /** RECEIVE_DELAY1, seconds, 1..15; RX2 is a second later. */
  rxDelay: number;
  /** MaxDutyCycle: the device sends 1 / 2^n of the time at most, 0..15. */
  dutyExponent: number;
  uplinkDwell: boolean;
  downlinkDwell: boolean;
  maxDbm: number;
}

/** As a session begins. */
export function newLink(plan: Plan, rate: number): Link {
  return {
    rate,
    power: 0,
    transmissions: 1,
    rx1Offset: 0,
    rx2Rate: plan.rx2Rate,
    rx2Hz: plan.rx2Hz,
    rxDelay: 1,
    dutyExponent: 0,
    uplinkDwell: plan.dwellLimits,
    downlinkDwell: false,
    maxDbm: plan.maxDbm,
  };
}

/** Whether the device may send data at the rate. */
export function isDataRate(plan: Plan, link: Link, rate: number): boolean {
  return plan.isUplinkRate(rate) && plan.maxPayload(rate, link.uplinkDwell) > 0;
}
