import { prng } from "@songbai/sdk/lang/prng";
import { ACTIVITIES, type ActivityName } from "./activities.ts";
import type { Activity } from "./activity.ts";
import type { Motion } from "./motion.ts";
import { type FallDirection, HANGING } from "./pose.ts";
import { fillSegment, type Segment, upAt } from "./segment.ts";
import { type Stage, segmentOf, type Traits } from "./stage.ts";
import { between, near, type Vector } from "./vector.ts";

/**
 * From `atMs` of scenario time on the person does this, until the next entry. Falls go where `how` says, or anywhere; other
 * activities take no notice of it.
 */
export interface TimelineEntry {
  readonly atMs: number;
  readonly do: ActivityName;
  readonly how?: FallDirection;
}

export interface PersonOptions {
  /** int32. The same seed and timeline move the same way on every machine. */
  readonly seed: number;
  /** In order of time. Before the first entry the person stands. */
  readonly timeline: readonly TimelineEntry[];
}

/** A person who lives a timeline, felt at the wrist. Movements are made up as they are first asked for, in order of time. */
export function person(options: PersonOptions): Motion {
  const random = prng(options.seed);
  // Neighbouring seeds start alike: let the generator run apart first.
  for (let i = 0; i < 8; i++) random();
  const traits: Traits = {
    strideMs: between(random, 1020, 1280),
    vigour: between(random, 0.65, 1.25),
    breathMs: between(random, 3500, 5000),
  };
  const timeline = options.timeline;
  for (let i = 1; i < timeline.length; i++) {
    if (timeline[i].atMs < timeline[i - 1].atMs) {
      throw new RangeError(
        `timeline entry ${i} (${timeline[i].do}) is at ${timeline[i].atMs} ms, before entry ${i - 1}: sort them by atMs`,
      );
    }
  }

  const segments: Segment[] = [];
  let endUs = 0;
  let up: Vector = near(random, HANGING, 100);
  let activity: Activity = ACTIVITIES.stand;
  let next = 0;

  const stage: Stage = {
    random,
    traits,
    up: () => up,
    move(movement) {
      const segment = segmentOf(movement, endUs, up, random, traits);
      segments.push(segment);
      endUs = segment.toUs;
      up = segment.end;
    },
  };

  /** Puts on the next stretch. What reaches into the next entry is cut there. */
  function goOn(): void {
    if (next < timeline.length && timeline[next].atMs * 1000 <= endUs) {
      const entry = timeline[next++];
      activity = ACTIVITIES[entry.do];
      activity.enter(stage, entry.how);
    } else {
      activity.goOn(stage);
    }
    if (next < timeline.length) cut(timeline[next].atMs * 1000);
  }

  function cut(us: number): void {
    if (endUs <= us) return;
    while (segments.length > 0 && segments[segments.length - 1].fromUs >= us) segments.pop();
    const last = segments.at(-1);
    if (last !== undefined) {
      last.toUs = us;
      up = upAt(last, us);
    }
    endUs = us;
  }

  /** The segment at `us`; `from` is a good guess. */
  function find(us: number, from: number): number {
    let low = 0;
    let high = segments.length - 1;
    if (segments[from].fromUs <= us) low = from;
    else high = from - 1;
    if (low === from && (us < segments[from].toUs || low === high)) return low;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (segments[middle].fromUs <= us) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  let recent = 0;
  return {
    fill(startUs, periodUs, count, into) {
      let done = 0;
      while (done < count) {
        const us = startUs + done * periodUs;
        while (endUs <= us) goOn();
        recent = find(us, recent);
        const segment = segments[recent];
        const inside = Math.min(count - done, Math.ceil((segment.toUs - us) / periodUs));
        fillSegment(segment, us, periodUs, done, inside, into);
        done += inside;
      }
      return count;
    },
  };
}
