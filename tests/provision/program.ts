// Portable TypeScript, run on every runtime by the tests beside it.
import { finish } from "@songbai/sdk/crypto/step";
import { x25519 } from "@songbai/sdk/crypto/x25519";
import { enrol } from "@songbai/sdk/identity/enrolment";
import { getUint32 } from "@songbai/sdk/lang/bytes";
import { allocBytes, decimal } from "@songbai/sdk/lang/intrinsics";
import { hexOf, numberOf, octetsOf, wordsOf } from "../support/words.ts";

/** `enrol SEED SECRET DEVICE-ID SUITE EPOCH ADDRESS PLATFORM-KEY CERTIFICATE JOIN-EUI`: the identity block, or why there is none. */
export function receive(line: string): string {
  const words = wordsOf(line);
  const secrets = { signing: octetsOf(words[1], 0), agreement: octetsOf(words[2], 0) };
  const platformKey = octetsOf(words[7], 0);
  const shared = allocBytes(32);
  const agreed = finish(x25519(secrets.agreement, platformKey, shared));
  if (agreed < 0) return decimal(agreed);
  const block = enrol(secrets, shared, {
    deviceId: octetsOf(words[3], 0),
    suite: numberOf(words[4]),
    firstEpoch: numberOf(words[5]),
    deviceAddress: getUint32(octetsOf(words[6], 0), 0),
    platformKey,
    certificate: octetsOf(words[8], 0),
    joinEui: octetsOf(words[9], 0),
  });
  return hexOf(block, block.length);
}
