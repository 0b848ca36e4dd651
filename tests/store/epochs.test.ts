import { strict as assert } from "node:assert";
import { describe, expect, it } from "@jest/globals";
import type { Flash } from "@songbai/sdk/board/flash";
import { CORRUPT, FULL, MISSING, OK } from "@songbai/sdk/lang/result";
import { type Epochs, openEpochs } from "@songbai/sdk/store/epochs";
import fc from "fast-check";
import { blankImage, type Cut, norPart, PowerCut, TEARS } from "../support/nor-part.ts";

const AT = 64;
const END = 256;
const SLOT_BYTES = 8;
const SLOTS = (END - AT) / SLOT_BYTES;
const FIRST = 3;

const newImage = (): Uint8Array => blankImage(1, END);
const open = (image: Uint8Array, cut?: Cut): Epochs => openEpochs(norPart(image, END, cut), AT, END, FIRST);

describe("store/epochs", () => {
  it("stands at the first epoch on a new device, and begins that one before any other", () => {
    const image = newImage();
    const epochs = open(image);
    expect(epochs.current()).toBe(FIRST);
    expect(epochs.advance()).toBe(OK);
    expect([epochs.current(), open(image).current()]).toEqual([FIRST, FIRST]);
    expect(epochs.advance()).toBe(OK);
    expect([epochs.current(), open(image).current()]).toEqual([FIRST + 1, FIRST + 1]);
  });

  it("goes on until its octets are full, and keeps out of all others", () => {
    const image = newImage();
    const epochs = open(image);
    for (let i = 0; i < SLOTS; i++) expect(epochs.advance()).toBe(OK);
    expect([epochs.advance(), epochs.current()]).toEqual([FULL, FIRST + SLOTS - 1]);
    expect(image.subarray(0, AT).every((octet) => octet === 255)).toBe(true);
  });

  it("never begins an epoch twice when power goes again and again", () => {
    // Four restarts of five slots at most: the ledger does not fill.
    const cuts = fc.array(
      fc.record({ operation: fc.integer({ min: 1, max: 5 }), tear: fc.constantFrom(...TEARS), seed: fc.nat() }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(cuts, (all) => {
        const image = newImage();
        let begun = FIRST - 1;
        for (const cut of all) {
          try {
            const epochs = open(image, cut);
            assert(epochs.current() >= begun);
            for (let i = 0; i < 4; i++) {
              assert.equal(epochs.advance(), OK);
              assert(epochs.current() > begun);
              begun = epochs.current();
            }
          } catch (error) {
            if (!(error instanceof PowerCut)) throw error;
          }
        }
        assert(open(image).current() >= begun);
      }),
      { numRuns: 500 },
    );
  });

  it("never falls back to an earlier epoch when a bit of the newest one rots", () => {
    for (let bit = 0; bit < 8 * SLOT_BYTES; bit++) {
      const image = newImage();
      for (let i = 0; i < 3; i++) open(image).advance();
      image[AT + 2 * SLOT_BYTES + (bit >> 3)] ^= 1 << (bit & 7);
      expect([bit, open(image).current(), open(image).current()]).toEqual([bit, FIRST + 3, FIRST + 3]);
    }
  });

  it("passes over an earlier slot that has rotted", () => {
    const image = newImage();
    for (let i = 0; i < 3; i++) open(image).advance();
    image.fill(0, AT, AT + 2 * SLOT_BYTES);
    expect(open(image).current()).toBe(FIRST + 2);
  });

  it("tells when flash does not keep an epoch, and tries again in the same place if that stayed blank", () => {
    const image = newImage();
    const part = norPart(image, END);
    let mood: "well" | "refusing" | "idle" = "well";
    const program: Flash["program"] = (...words) => (mood === "well" ? part.program(...words) : mood === "idle" ? OK : CORRUPT);
    const epochs = openEpochs({ ...part, program }, AT, END, FIRST);
    for (const next of ["refusing", "idle"] as const) {
      mood = next;
      expect([epochs.advance(), epochs.current()]).toEqual([CORRUPT, FIRST]);
    }
    mood = "well";
    expect([epochs.advance(), epochs.current(), open(image).current()]).toEqual([OK, FIRST, FIRST]);
  });

  it("stands at no epoch when flash cannot be read", () => {
    const deaf = { ...norPart(newImage(), END), read: () => MISSING };
    expect(openEpochs(deaf, AT, END, FIRST).current()).toBeLessThan(0);
  });
});
