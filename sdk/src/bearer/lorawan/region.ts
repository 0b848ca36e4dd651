/** What a region says of channels, rates and windows: a table behind one interface. */
export interface Region {
  readonly name: string;
  /** Uplink channels of the sub-band in use. */
  readonly uplinkChannels: number;
  readonly uplinkHz: (channel: number) => number;
  /** Spreading factor of a data rate. */
  readonly spreadingFactor: (dataRate: number) => number;
  /** Longest application payload by data rate, octets; 0: the rate must not be used. */
  readonly maxPayload: (dataRate: number) => number;
  readonly rx1Hz: (channel: number) => number;
  readonly rx2Hz: number;
  readonly rx2SpreadingFactor: number;
  readonly powerDbm: number;
}
