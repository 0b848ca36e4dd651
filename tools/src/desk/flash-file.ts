import { closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { InputError } from "@songbai/sim/scenario/input-error";

/** The flash of a desk board: an image, and the file that keeps it from one run to the next. */
export interface FlashFile {
  /** As it was when the power came on. */
  readonly image: Uint8Array;
  programmed(address: number, octets: Uint8Array): void;
  erased(sector: number): void;
  close(): void;
}

/** Opens the flash in `path`, or a new one that holds `identity`; without a path it lasts for the run. Throws `InputError`. */
export function flashFile(
  path: string | undefined,
  { sizeBytes, sectorBytes }: { readonly sizeBytes: number; readonly sectorBytes: number },
  identity: Uint8Array,
): FlashFile {
  const blank = new Uint8Array(sizeBytes).fill(0xff);
  if (path === undefined) {
    blank.set(identity);
    return { image: blank, programmed() {}, erased() {}, close() {} };
  }
  const image = imageIn(path, blank, identity);
  const file = openSync(path, "r+");
  return {
    image,
    programmed: (address, octets) => void writeSync(file, octets, 0, octets.length, address),
    erased: (sector) => void writeSync(file, blank, 0, sectorBytes, sector * sectorBytes),
    close: () => closeSync(file),
  };
}

function imageIn(path: string, blank: Uint8Array, identity: Uint8Array): Uint8Array {
  try {
    if (!existsSync(path)) {
      const image = blank.slice();
      image.set(identity);
      writeFileSync(path, image);
      return image;
    }
    const image = new Uint8Array(readFileSync(path));
    if (image.length === blank.length && identity.every((octet, index) => image[index] === octet)) return image;
  } catch {
    throw new InputError(`The flash file ${path} cannot be read and written; name one that can with --flash.`);
  }
  throw new InputError(
    `The file ${path} is not the flash of this device; name another with --flash, or the --seed it was made with.`,
  );
}
