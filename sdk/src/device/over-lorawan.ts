import { cn470Rp001 } from "../bearer/lorawan/cn470-rp001.ts";
import { lorawanOver } from "./lorawan-over.ts";
import type { BearerMaker } from "./wiring.ts";

/** LoRaWAN in CN470-510 after RP001, which the network servers in use follow. */
export const overLorawan: BearerMaker = lorawanOver(cn470Rp001);
