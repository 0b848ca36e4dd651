/** A provisioned device in the simulator: the identity block that songbai provision device made, in place of demo keys. */
import { readFileSync } from "node:fs";
import type { Flash } from "@songbai/sdk/board/flash";
import { IDENTITY_BYTES, readBlock } from "@songbai/sdk/identity/block";
import { NOT_BLANK, OK, OUT_OF_RANGE } from "@songbai/sdk/lang/result";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Store } from "../hub/store/store.ts";
import { printedId } from "../provision/demo.ts";

/**
 * The block in a file. The hub must know the device, and not have heard it yet: a simulated device begins with empty flash, so its
 * sequence numbers would begin again under the same key. Throws `InputError`.
 */
export function provisionedIdentity(path: string, store: Store): Uint8Array {
  const block = octetsOf(path);
  const fields = readBlock(flashOf(block))?.fields;
  if (fields === undefined) throw new InputError(`${path} is no identity block, such as songbai provision device makes.`);
  const id = printedId(fields.deviceId as Uint8Array);
  const known = store.device(fields.deviceId as Uint8Array);
  if (known === undefined) {
    throw new InputError(`The hub does not know ${id}: enrol it with songbai provision hub, and name its folder with --data.`);
  }
  const heard = store.sessionsOf(known.number).some(({ frameUp }) => frameUp >= 0);
  if (heard || known.devNonce >= 0 || store.countOf(known.number) > 0) {
    throw new InputError(
      `The hub has heard ${id} before, and a simulated device begins with empty flash; provision another one.`,
    );
  }
  return block;
}

function octetsOf(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw new InputError(`The identity block ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** Flash to read the block from, blank behind it. */
function flashOf(block: Uint8Array): Flash {
  return {
    sizeBytes: IDENTITY_BYTES,
    sectorBytes: IDENTITY_BYTES,
    read: (address, into, at, length) => {
      for (let i = 0; i < length; i++) into[at + i] = block[address + i] ?? 0xff;
      return OK;
    },
    program: () => NOT_BLANK,
    erase: () => OUT_OF_RANGE,
  };
}
