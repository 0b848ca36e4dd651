/** What the hub knows of a device, and what of it moves. */

/** What provisioning gives the hub of a device. */
export interface Enrolment {
  /** EUI-64, 8 octets. */
  readonly deviceId: Uint8Array;
  /** 1: AES-CCM, HKDF-SHA-256; 2: SM4-CCM, HKDF-SM3. */
  readonly suite: number;
  /** First 4 octets of SHA-256 over the device id: the fixed part of record nonces. */
  readonly salt: Uint8Array;
  /** 32 octets; record and command keys are derived from it. */
  readonly rootKey: Uint8Array;
  /** The first epoch that its records may be of. */
  readonly epoch: number;
  /** COSE_Sign1 of the vendor's CA. */
  readonly certificate?: Uint8Array;
  /** What it joins a LoRaWAN network with (OTAA): AppKey, 16 octets, and JoinEUI, 8. */
  readonly appKey?: Uint8Array;
  readonly joinEui?: Uint8Array;
  /** It listens all the time (class C). */
  readonly continuous?: boolean;
  /** A LoRaWAN session that it was given (ABP): DevAddr as int32, NwkSKey and AppSKey, 16 octets each; all of them or none. */
  readonly deviceAddress?: number;
  readonly networkKey?: Uint8Array;
  readonly applicationKey?: Uint8Array;
}

export interface EnrolledDevice extends Enrolment {
  /** Its number in the store. */
  readonly number: number;
  /** Of a revoked device nothing is accepted. */
  readonly state: "enrolled" | "revoked";
  /** The epoch that it was enrolled with; `epoch` is the highest that a record has proved. */
  readonly firstEpoch: number;
  /** The last DevNonce that it joined with and the last JoinNonce that it got, -1 for none. */
  readonly devNonce: number;
  readonly joinNonce: number;
}

/** A LoRaWAN session, given or joined for. */
export interface StoredSession extends SessionState {
  /** Its number in the store. */
  readonly number: number;
  readonly device: number;
  /** A frame has come under it. Until then the session before it stays. */
  readonly proved: boolean;
  /** When it was joined for, seconds since 1970; `undefined`: it was given. */
  readonly joined?: number;
  /** DevAddr as int32. */
  readonly deviceAddress: number;
  /** NwkSKey and AppSKey, 16 octets each. */
  readonly networkKey: Uint8Array;
  readonly applicationKey: Uint8Array;
  /** Data rate of RX2. */
  readonly rx2Rate: number;
}

/** What of a session moves. */
export interface SessionState {
  /** The last frame counter up, -1 for none. */
  readonly frameUp: number;
  /** The next frame counter down. */
  readonly frameDown: number;
  /** TXPower and NbTrans that the device has taken. */
  readonly txPower: number;
  readonly nbTrans: number;
  /** The last frame; `undefined`: none yet. */
  readonly heard?: LastHeard;
  /** DevStatusAns: battery (0: mains, 1..254, 255: unknown), and SNR of the last downlink, dB. */
  readonly status?: { readonly battery: number; readonly marginDb: number };
}

export interface LastHeard {
  /** Seconds since 1970. */
  readonly timeS: number;
  readonly dataRate: number;
  /** At the best gateway. */
  readonly rssiDbm: number;
  readonly snrDb: number;
  readonly gateways: number;
}

/** Octets that wait to be sent down to a device. */
export interface QueuedDownlink {
  /** Its number in the store, rising. */
  readonly number: number;
  readonly port: number;
  readonly payload: Uint8Array;
  /** Not after that, seconds since 1970. */
  readonly expiresS: number;
}

/** One opened record. */
export interface StoredRecord {
  readonly device: number;
  readonly epoch: number;
  readonly sequence: number;
  /** Seconds since 1970, given by whoever heard it. */
  readonly received: number;
  /** Its observations as the device wrote them: a CBOR sequence. */
  readonly plain: Uint8Array;
  /** As it came. */
  readonly sealed: Uint8Array;
}
