import { InputError } from "@songbai/sim/scenario/input-error";

/** An integer given on the command line. Throws `InputError`. */
export function integerOption(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new InputError(`${name} ${text} is not a whole number from ${least} to ${most}.`);
  }
  return value;
}
