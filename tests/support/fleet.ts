import { AES_CCM } from "@songbai/sdk/identity/aes-ccm";
import { SM4_CCM } from "@songbai/sdk/identity/sm4-ccm";
import { BATTERY, FALL } from "@songbai/sdk/record/codes";
import { putObservation } from "@songbai/sdk/record/observation";
import { opener } from "@songbai/sdk/record/seal";
import { commandKey, recordSealer } from "@songbai/tools/hub/keys";
import { type Credentials, demoCredentials } from "@songbai/tools/provision/demo";

/** The hour of the records that tests make. */
export const NOON = 1_772_400_000;

/** A device that seals records by hand, at any epoch and sequence number. */
export interface Sender {
  readonly credentials: Credentials;
  /** A sealed battery report, every eighth a fall; `plain`: other octets instead. */
  readonly record: (sequence: number, epoch?: number, plain?: Uint8Array) => Uint8Array;
}

export function plainOf(sequence: number): Uint8Array {
  const plain = new Uint8Array(64);
  const observation = sequence % 8 === 0 ? { code: FALL, values: [41, 92] } : { code: BATTERY, values: [sequence % 101] };
  return plain.slice(0, putObservation(plain, 0, observation, NOON + (sequence % 1_000_000)));
}

export function sender(seed: number, suite = 1): Sender {
  const credentials = { ...demoCredentials(seed, "bracelet"), suite };
  const sealers = new Map<number, ReturnType<typeof recordSealer>>();
  return {
    credentials,
    record(sequence, epoch = 1, plain = plainOf(sequence)) {
      const sealer = sealers.get(epoch) ?? recordSealer(credentials, epoch);
      sealers.set(epoch, sealer);
      const sealed = new Uint8Array(plain.length + 32);
      return sealed.slice(0, sealer.seal(sequence, plain, plain.length, sealed));
    },
  };
}

/** What the hub has sealed for a device; no octets when it is not the hub's. */
export function openedDown(credentials: Credentials, frame: Uint8Array, epoch = 1): Uint8Array {
  const suite = credentials.suite === SM4_CCM.id ? SM4_CCM : AES_CCM;
  const plain = new Uint8Array(frame.length);
  const opens = opener(suite, suite.cipher(commandKey(credentials, epoch)), credentials.salt, epoch);
  return plain.slice(0, Math.max(0, opens.open(frame, frame.length, plain)));
}
