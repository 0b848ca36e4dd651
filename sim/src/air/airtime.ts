/** Preamble symbols of a LoRaWAN frame; the radio adds 4.25. */
const PREAMBLE_SYMBOLS = 8;
const BANDWIDTH_HZ = 125_000;

/** Duration of one symbol, microseconds. */
export function symbolUs(spreadingFactor: number): number {
  return (2 ** spreadingFactor * 1e6) / BANDWIDTH_HZ;
}

/**
 * Time on air of a frame, microseconds (Semtech AN1200.13, section 4; SX1276 data sheet, section 4.1.1.7): 125 kHz, coding rate 4/5,
 * explicit header; low-data-rate optimisation from SF11 on. Uplinks carry a CRC, downlinks none.
 */
export function airtimeUs(octets: number, spreadingFactor: number, crc: boolean): number {
  const optimised = spreadingFactor >= 11 ? 1 : 0;
  const bits = 8 * octets - 4 * spreadingFactor + 28 + (crc ? 16 : 0);
  const symbols = 8 + Math.max(0, Math.ceil(bits / (4 * (spreadingFactor - 2 * optimised))) * 5);
  return (PREAMBLE_SYMBOLS + 4.25 + symbols) * symbolUs(spreadingFactor);
}
