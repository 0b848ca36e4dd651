/** The eight channels of a sub-band, which a small gateway has. */
import { cn470Rp001 } from "@songbai/sdk/bearer/lorawan/cn470-rp001";

/** Hz, of sub-band 0..11 of CN470 after RP001. */
export function subBandHz(subBand: number): readonly number[] {
  const { slots, isOn, uplinkHz } = cn470Rp001(subBand);
  return Array.from({ length: slots }, (_, slot) => slot)
    .filter(isOn)
    .map(uplinkHz);
}
