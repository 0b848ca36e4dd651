import type { Bytes } from "../lang/intrinsics.ts";

/** Encrypts a 16-octet block in place under a key that stays inside. */
export type BlockCipher = (block: Bytes) => void;

export const BLOCK_BYTES = 16;
