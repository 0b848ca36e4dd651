import type ts from "typescript";

/** One line of the page of portable TypeScript: what it forbids, the sentence an author reads, and an example of both ways. */
export interface Rule {
  readonly id: string;
  /** What is wrong and what to write instead. `%` stands for the text of the offending node. */
  readonly sentence: string;
  /** Code that this rule, and no other one, refuses. */
  readonly wrong: string;
  /** The same in portable TypeScript. */
  readonly right: string;
  /** Kinds of node that `test` looks at. */
  readonly kinds: readonly ts.SyntaxKind[];
  /** True where the node is against the rule; left out when every node of these kinds is. */
  readonly test?: (node: ts.Node, checker: ts.TypeChecker) => boolean;
}
