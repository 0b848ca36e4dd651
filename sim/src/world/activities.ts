import type { Activity } from "./activity.ts";
import { dropFromTable, takeOff, throwOnBed } from "./bracelet.ts";
import { bus } from "./bus.ts";
import { fall, fallFromChair, getUp, missChair } from "./falling.ts";
import { clap, door, hitTable, housework, tieShoes } from "./hands.ts";
import { dropIntoChair, eat, lie, sit, sleep, stand } from "./resting.ts";
import { jog, jump, stairs, stumble, walk } from "./walking.ts";

/** The names a timeline may use. */
export const ACTIVITIES = {
  walk,
  sit,
  stand,
  lie,
  sleep,
  eat,
  clap,
  hitTable,
  stumble,
  fall,
  stairs,
  jog,
  jump,
  door,
  housework,
  tieShoes,
  dropIntoChair,
  bus,
  fallFromChair,
  missChair,
  getUp,
  takeOff,
  throwOnBed,
  dropFromTable,
} satisfies Record<string, Activity>;
export type ActivityName = keyof typeof ACTIVITIES;

const FALLS: readonly ActivityName[] = ["fall", "fallFromChair", "missChair"];

/** Whether the activity should raise the alarm. */
export function isFall(activity: ActivityName): boolean {
  return FALLS.includes(activity);
}

/** The activity that a scenario file calls `hit-table`. */
export function activityCalled(text: string): ActivityName {
  return text.replace(/-./g, (hyphen) => hyphen[1].toUpperCase()) as ActivityName;
}

/** What a scenario file calls the activity. */
export function called(activity: ActivityName): string {
  return activity.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
}
