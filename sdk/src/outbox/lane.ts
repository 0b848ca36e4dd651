/** A bearer as the outbox sees it, and the record that is under way on it. */
import type { Bearer, Sent } from "../bearer/bearer.ts";
import { allocBytes, type Bytes } from "../lang/intrinsics.ts";
import type { Address } from "../store/flash-log.ts";

export interface Lane {
  readonly bearer: Bearer;
  readonly record: Bytes;
  /** Of the record. */
  length: number;
  sequence: number;
  urgent: boolean;
  /** Where the record under way stands; 0 when the hub has it meanwhile, or there is none. */
  address: Address;
  /** The bearer has taken a record and not said what became of it. */
  busy: boolean;
  /** It has said nothing for too long: nobody waits for it any more. */
  late: boolean;
  /** Timer of the longest that a bearer may take; 0: none. */
  limit: number;
  /** Attempts in a row that failed. */
  attempts: number;
  /** Timer of the pause after one; 0: none. */
  pause: number;
  done: Sent;
}

/** The lanes of these bearers, the cheapest first. */
export function lanesOf(bearers: readonly Bearer[], recordBytes: number): Lane[] {
  const lanes: Lane[] = [];
  for (const bearer of bearers) {
    let lane: Lane = {
      bearer,
      record: allocBytes(recordBytes),
      length: 0,
      sequence: 0,
      urgent: false,
      address: 0,
      busy: false,
      late: false,
      limit: 0,
      attempts: 0,
      pause: 0,
      done: () => {},
    };
    for (let i = 0; i < lanes.length; i++) {
      if (lane.bearer.cost < lanes[i].bearer.cost) {
        const dearer = lanes[i];
        lanes[i] = lane;
        lane = dearer;
      }
    }
    lanes.push(lane);
  }
  return lanes;
}
