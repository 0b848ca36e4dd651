// The contract's program behind the board link.
import { runOnLink } from "@songbai/sdk/link/link";
import { program } from "./program.ts";

const link = runOnLink(program);
export const receive = link.receive;
export const useFlash = link.useFlash;
