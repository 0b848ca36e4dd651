import { afterEach } from "@jest/globals";

const ends: (() => unknown)[] = [];

/** What a test has opened, with how it ends: after the test, the last one first. */
export function later<T>(thing: T, end: (thing: T) => unknown): T {
  ends.push(() => end(thing));
  return thing;
}

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
