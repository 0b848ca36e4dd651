/** Preamble symbols of a LoRaWAN frame; the radio adds 4.25. */
export const PREAMBLE_SYMBOLS = 8 + 4.25;
/** From this symbol time on the low-data-rate optimisation is on. */
const OPTIMISED_SYMBOL_US = 16_000;

/** Duration of one symbol, microseconds. */
export function symbolUs(spreadingFactor: number, bandwidthKhz = 125): number {
  return (2 ** spreadingFactor * 1000) / bandwidthKhz;
}

/**
 * Time on air of a frame, microseconds (Semtech AN1200.13, section 4; SX1276 data sheet, section 4.1.1.7): coding rate 4/5, explicit
 * header; low-data-rate optimisation where a symbol lasts longer than 16 ms. Uplinks carry a CRC, downlinks none.
 */
export function airtimeUs(octets: number, spreadingFactor: number, crc: boolean, bandwidthKhz = 125): number {
  const symbol = symbolUs(spreadingFactor, bandwidthKhz);
  const optimised = symbol > OPTIMISED_SYMBOL_US ? 1 : 0;
  const bits = 8 * octets - 4 * spreadingFactor + 28 + (crc ? 16 : 0);
  const symbols = 8 + Math.max(0, Math.ceil(bits / (4 * (spreadingFactor - 2 * optimised))) * 5);
  return (PREAMBLE_SYMBOLS + symbols) * symbol;
}
