/** What came of the cuts that were tried. */
export interface Tried {
  /** Flash operations of the work. */
  operations: number;
  cuts: number;
  /** Second cuts, in the start behind the first and in what follows it. */
  again: number;
  readonly states: Set<string>;
  readonly failures: string[];
}

export const newTried = (): Tried => ({ operations: 0, cuts: 0, again: 0, states: new Set(), failures: [] });

/** Adds the rig's answer to `cut OPERATION …`. */
export function add(tried: Tried, answer: string): void {
  const [word, cuts, again, ...states] = answer.split(" ");
  if (word !== "held") {
    tried.failures.push(answer);
    return;
  }
  tried.operations += 1;
  tried.cuts += Number(cuts);
  tried.again += Number(again);
  for (const state of states) tried.states.add(state);
}

export function report(where: string, { operations, cuts, again, states }: Tried): void {
  const count = (number: number): string => number.toLocaleString("en-US");
  process.stderr.write(
    `store, ${where}: power cut in ${count(operations)} flash operations in ${count(cuts)} ways, ${count(again)} times again; ${count(states.size)} states found\n`,
  );
}
