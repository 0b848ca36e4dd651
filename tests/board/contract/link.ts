// The contract's program behind the board link.
import { runOnLink } from "@songbai/sdk/link/link";
import { program } from "./program.ts";

export const receive = runOnLink(program);
