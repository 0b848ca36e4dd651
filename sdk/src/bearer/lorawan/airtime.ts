/**
 * Time on air of a LoRa frame in whole microseconds (Semtech AN1200.13, section 4): coding rate 4/5, preamble 8, explicit header,
 * low-data-rate optimisation where a symbol lasts longer than 16 ms. Uplinks carry a CRC, downlinks none.
 */
import { idiv, imul } from "../../lang/intrinsics.ts";

const OPTIMISED_SYMBOL_US = 16000;

/** Microseconds of one symbol, 2^SF / bandwidth: spreading factor 7..12; 125, 250 or 500 kHz. */
export function symbolUs(spreadingFactor: number, bandwidthKhz: number): number {
  let us = bandwidthKhz === 500 ? 2 : bandwidthKhz === 250 ? 4 : 8;
  for (let i = 0; i < spreadingFactor; i++) us += us;
  return us;
}

/** Microseconds that `octets` (0..255) of PHY payload take. */
export function frameUs(octets: number, spreadingFactor: number, bandwidthKhz: number, crc: boolean): number {
  const symbol = symbolUs(spreadingFactor, bandwidthKhz);
  const bits = 8 * octets - 4 * spreadingFactor + 28 + (crc ? 16 : 0);
  const bitsAGroup = 4 * (symbol > OPTIMISED_SYMBOL_US ? spreadingFactor - 2 : spreadingFactor);
  const groups = bits > 0 ? idiv(bits + bitsAGroup - 1, bitsAGroup) : 0;
  // 8 + 4.25 symbols of preamble and 8 of header: in quarters, so that nothing is a fraction.
  return imul(81 + 20 * groups, symbol) >> 2;
}
