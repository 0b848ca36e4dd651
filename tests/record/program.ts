// Portable TypeScript, run on every runtime by the tests beside it.
import type { Flash } from "@songbai/sdk/board/flash";
import { sha256 } from "@songbai/sdk/crypto/sha256";
import { AES_CCM } from "@songbai/sdk/identity/aes-ccm";
import { SM4_CCM } from "@songbai/sdk/identity/sm4-ccm";
import { allocBytes, type Bytes, decimal } from "@songbai/sdk/lang/intrinsics";
import { OK } from "@songbai/sdk/lang/result";
import { acknowledges } from "@songbai/sdk/record/acknowledgement";
import { opener, sealer } from "@songbai/sdk/record/seal";
import { MAX_SERVICE_ENTRY, openServiceLog } from "@songbai/sdk/record/service-log";
import { openFlashLog } from "@songbai/sdk/store/flash-log";
import { part } from "../store/rig/part.ts";
import { hexOf, numberOf, octetsOf, wordsOf } from "../support/words.ts";

function serviceLog(times: number): string {
  const flash: Flash = part(3, 1024, 0);
  const clock = { uptimeMs: () => 0, epochSeconds: () => -2 };
  let seen = "";
  for (let start = 0; start < times; start++) {
    const store = openFlashLog(flash, 0, 3, MAX_SERVICE_ENTRY);
    const log = openServiceLog(store, clock, sha256(), allocBytes(8), (_message, _length, signature: Bytes) => () => {
      signature[0] = 7;
      return OK;
    });
    log.note(start, -start);
    const step = log.checkpoint(1);
    if (step !== undefined) step();
    seen = "";
    log.walk((entry, length) => {
      seen = hexOf(entry, length);
      return false;
    });
  }
  return seen;
}

/**
 *   seal SUITE KEY SALT EPOCH SEQUENCE PLAIN     the record, and what it opens to
 *   ack OCTETS EPOCH SEQUENCE                    1 when the acknowledgement speaks of it
 *   service TIMES                                the newest entry after so many starts
 */
export function receive(line: string): string {
  const words = wordsOf(line);
  if (words[0] === "service") return serviceLog(numberOf(words[1]));
  if (words[0] === "ack") {
    const octets = octetsOf(words[1], 0);
    return acknowledges(octets, octets.length, numberOf(words[2]), numberOf(words[3])) ? "1" : "0";
  }
  const suite = words[1] === "2" ? SM4_CCM : AES_CCM;
  const cipher = suite.cipher(octetsOf(words[2], 0));
  const salt = octetsOf(words[3], 0);
  const epoch = numberOf(words[4]);
  const seals = sealer(suite, cipher, salt, epoch);
  const plain = octetsOf(words[6], 0);
  const sequence = numberOf(words[5]);
  const record = allocBytes(plain.length + seals.overhead(sequence));
  const length = seals.seal(sequence, plain, plain.length, record);
  const opened = allocBytes(length);
  const result = opener(suite, cipher, salt, epoch).open(record, length, opened);
  return `${hexOf(record, length)} ${decimal(result)} ${hexOf(opened, plain.length)}`;
}
