/**
 * Pairs of places, each used once: those nearest to each other first. `near` says how far apart two may be, or undefined for too far.
 */
export function paired<A, B>(truth: readonly A[], found: readonly B[], near: (a: A, b: B) => number | undefined): [A, B][] {
  const all = truth.flatMap((a, i) =>
    found.flatMap((b, j) => {
      const distance = near(a, b);
      return distance === undefined ? [] : [{ i, j, distance }];
    }),
  );
  all.sort((a, b) => a.distance - b.distance);
  const usedA = new Set<number>();
  const usedB = new Set<number>();
  const pairs: [A, B][] = [];
  for (const { i, j } of all) {
    if (usedA.has(i) || usedB.has(j)) continue;
    usedA.add(i);
    usedB.add(j);
    pairs.push([truth[i], found[j]]);
  }
  return pairs;
}
