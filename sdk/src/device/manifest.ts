/** What the SDK reads of a device's `manifest.json`; the schema, with all that it may hold, is `devices/manifest.schema.json`. */
export interface Manifest {
  readonly id: string;
  readonly sensors: {
    readonly accelerometer?: {
      /** Hz. */
      readonly rateHz: number;
      /** g, full scale. */
      readonly rangeG: number;
      /** Samples a FIFO batch. */
      readonly watermark: number;
    };
  };
  readonly bearers: {
    readonly lorawan?: {
      /** Name of the plan that the program imports; without it "cn470-rp001". */
      readonly region?: string;
      /** CN470 sub-band of eight channels, 0..11. */
      readonly subBand: number;
      /** 1..5. */
      readonly dataRate: number;
      /** "A", or "C" for what has mains power: hears the network all the time. */
      readonly class?: string;
    };
    readonly ble?: {
      /** What it is called on a phone, 1..20 octets of ASCII. */
      readonly name: string;
    };
    readonly cellular?: {
      /** What the records go over: "mqtt" or "coap". */
      readonly protocol: string;
      readonly host: string;
      readonly port: number;
      readonly tls: boolean;
      /** Power saving mode: the device hangs up when it is quiet, and the modem sleeps. */
      readonly psm?: {
        /** From the last record to the hang-up, and from there until the modem sleeps (T3324). */
        readonly activeS: number;
        /** Between two signs of life to the network (T3412). */
        readonly periodicS: number;
      };
      /** Extended DRX: the device stays connected, the modem listens once a cycle, and what comes down waits as long. */
      readonly edrx?: {
        readonly cycleMs: number;
      };
    };
  };
  /** Sectors of the flash for the service log, 3 or more. */
  readonly serviceLog?: { readonly sectors: number };
  /** Capabilities of the board beside those that sensors and bearers name: the build refuses a board without them. */
  readonly inputs?: readonly string[];
  readonly actuators?: readonly string[];
  /** What the device records: the build checks that the board's flash keeps it as long as it must. */
  readonly streams?: readonly Stream[];
}

/** Records of one kind. */
export interface Stream {
  readonly name: string;
  /** Of a sealed record, at most. */
  readonly recordBytes: number;
  /** From one record to the next, on average at least. */
  readonly everySeconds: number;
  /** How long what nobody has taken must be kept: "48 h", "7 d". */
  readonly keep: string;
  /** Sent before all others, and carried forward when the log comes round. */
  readonly urgent?: boolean;
  /** The catalogue's requirement that asks for it, such as 2.1-R3. */
  readonly requirement?: string;
}
