/** What the hub knows of a device, and what of it moves. */

/** What provisioning gives the hub of a device. */
export interface Enrolment {
  /** EUI-64, 8 octets. */
  readonly deviceId: Uint8Array;
  /** LoRaWAN DevAddr, int32. */
  readonly deviceAddress: number;
  /** 1: AES-CCM, HKDF-SHA-256; 2: SM4-CCM, HKDF-SM3. */
  readonly suite: number;
  /** First 4 octets of SHA-256 over the device id: the fixed part of record nonces. */
  readonly salt: Uint8Array;
  /** 32 octets; record and command keys are derived from it. */
  readonly rootKey: Uint8Array;
  /** LoRaWAN session keys, 16 octets each. */
  readonly networkKey: Uint8Array;
  readonly applicationKey: Uint8Array;
  /** What it joins with: AppKey, 16 octets, and JoinEUI, 8. */
  readonly appKey?: Uint8Array;
  readonly joinEui?: Uint8Array;
  /** The first epoch that its records may be of. */
  readonly epoch: number;
  /** COSE_Sign1 of the vendor's CA. */
  readonly certificate?: Uint8Array;
}

export interface EnrolledDevice extends Enrolment {
  /** Its number in the store. */
  readonly number: number;
  /** Of a revoked device nothing is accepted. */
  readonly state: "enrolled" | "revoked";
  /** The epoch that it was enrolled with; `epoch` is the highest that a record has proved. */
  readonly firstEpoch: number;
  /** The last LoRaWAN frame counter, -1 for none. */
  readonly frameUp: number;
  /** The next LoRaWAN frame counter down. */
  readonly frameDown: number;
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
