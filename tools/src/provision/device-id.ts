/**
 * Device ids as people read and type them: `7A3F-11C0-0000-0042-N`, the EUI-64 in hexadecimal and a check character, ISO/IEC 7064
 * MOD 37,36 (the hybrid system of clause 9: one check character of 0-9, A-Z; it finds every single wrong character and nearly
 * every swap of neighbours).
 */
import { InputError } from "@songbai/sim/scenario/input-error";
import { deviceIdOf, printedId } from "./demo.ts";

const MODULUS = 36;
const CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** The check character of digits and capital letters. */
export function checkCharacter(text: string): string {
  let product = MODULUS;
  for (const character of text) {
    const sum = (product + CHARACTERS.indexOf(character)) % MODULUS;
    product = ((sum === 0 ? MODULUS : sum) * 2) % (MODULUS + 1);
  }
  return CHARACTERS[(MODULUS + 1 - product) % MODULUS];
}

/** As it stands on the label. */
export function labelledId(deviceId: Uint8Array): string {
  const printed = printedId(deviceId);
  return `${printed}-${checkCharacter(printed.replaceAll("-", ""))}`;
}

/** A labelled id as octets; dashes and case do not matter. Throws `InputError`. */
export function parseLabelledId(text: string): Uint8Array {
  const characters = text.toUpperCase().replaceAll("-", "");
  const [digits, check] = [characters.slice(0, 16), characters.slice(16)];
  const deviceId = deviceIdOf(digits);
  if (deviceId === undefined || check.length > 1) {
    throw new InputError(`${text} is no device id; it looks like ${labelledId(EXAMPLE)}.`);
  }
  if (check !== "" && check !== checkCharacter(digits)) {
    throw new InputError(`${text} is mistyped: its check character ${check} does not belong to ${printedId(deviceId)}.`);
  }
  return deviceId;
}

const EXAMPLE = Uint8Array.of(0x7a, 0x3f, 0x11, 0xc0, 0, 0, 0, 0x42);
