/** What a build takes of a board, beside what the board has: the budget table, and the sentence when it does not fit. */
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Bundle } from "../compile/bundle.ts";
import type { Artefact } from "./artefacts.ts";
import type { Limit, Profile } from "./profile.ts";
import { heapAfterLoad, roomsOf } from "./rooms.ts";

export interface BudgetRow {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: "bytes" | "characters" | "files";
  readonly source: string;
}

const LARGEST_ROOMS = 3;

/**
 * Rows that the board sets a limit for. The heap is estimated where a board's own Lua compiles the scripts into RAM; a board behind the
 * link measures its own.
 */
export async function budgetOf(profile: Profile, bundle: Bundle, artefacts: readonly Artefact[]): Promise<BudgetRow[]> {
  const { files, budgets } = profile;
  const names = artefacts.map(({ name }) => name.length);
  const sizes = artefacts.map(({ bytes }) => bytes);
  const rows: BudgetRow[] = [];
  const add = (what: string, value: number, limit: Limit | undefined, unit: BudgetRow["unit"] = "bytes") => {
    if (limit !== undefined) rows.push({ what, value, limit: limit.value, unit, source: limit.source });
  };
  add(
    "all scripts",
    sizes.reduce((sum, bytes) => sum + bytes, 0),
    budgets.bundleBytes,
  );
  add("largest file", Math.max(...sizes), files.largestBytes);
  add("longest file name", Math.max(...names), files.longestName, "characters");
  add("number of files", artefacts.length, files.mostFiles, "files");
  if (bundle.target === "lua53" && profile.port !== undefined)
    add("heap after load, estimated", await heapAfterLoad(bundle), budgets.heapBytes);
  return rows;
}

/** Throws `InputError` that names all that is over, by how much, and the rooms that take most. */
export function checkBudget(device: string, profile: Profile, bundle: Bundle, rows: readonly BudgetRow[]): void {
  const over = rows.filter(({ value, limit }) => value > limit);
  if (over.length === 0) return;
  const parts = over.map(
    ({ what, value, limit, unit }) => `${what} ${number(value)} ${unit}, ${number(value - limit)} more than ${number(limit)}`,
  );
  const rooms = roomsOf(bundle)
    .slice(0, LARGEST_ROOMS)
    .map(({ room, bytes }) => `${room} ${number(bytes)}`);
  throw new InputError(
    `${device} is over the budget of ${profile.id}: ${parts.join("; ")}; the largest rooms are ${rooms.join(", ")} (songbai size ${device} --board ${profile.id} has the rest).`,
  );
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
