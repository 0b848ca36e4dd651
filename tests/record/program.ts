// Portable TypeScript, run on every runtime by the tests beside it.
import type { Flash } from "@songbai/sdk/board/flash";
import { sha256 } from "@songbai/sdk/crypto/sha256";
import { AES_CCM } from "@songbai/sdk/identity/aes-ccm";
import { IDENTITY_BYTES, identityBlock, ROOT_KEY } from "@songbai/sdk/identity/block";
import { readIdentity } from "@songbai/sdk/identity/identity";
import { SM4_CCM } from "@songbai/sdk/identity/sm4-ccm";
import type { Suite } from "@songbai/sdk/identity/suite";
import { allocBytes, type Bytes, decimal } from "@songbai/sdk/lang/intrinsics";
import { OK } from "@songbai/sdk/lang/result";
import { acknowledges } from "@songbai/sdk/record/acknowledgement";
import { commandReader } from "@songbai/sdk/record/command";
import { opener, sealer } from "@songbai/sdk/record/seal";
import { MAX_SERVICE_ENTRY, openServiceLog } from "@songbai/sdk/record/service-log";
import { openCounters } from "@songbai/sdk/store/counters";
import { openEpochs } from "@songbai/sdk/store/epochs";
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

/** Takes frames on a device of that suite, whose flash and clock are made here; answers the results, and what was told. */
function commands(suite: Suite, now: number, words: string[]): string {
  const flash: Flash = part(3, 4096, 0);
  const block = identityBlock(
    { deviceId: allocBytes(8), salt: allocBytes(4), firstEpoch: 5, suite: suite.id, deviceAddress: 0 },
    [{ name: ROOT_KEY, octets: allocBytes(32) }],
  );
  flash.program(0, block, 0, block.length);
  const identity = readIdentity(flash);
  if (identity === undefined) return "no identity";
  const epochs = openEpochs(flash, IDENTITY_BYTES, 4096, 5);
  epochs.advance();
  let said = "";
  const clock = { uptimeMs: () => 0, epochSeconds: () => now };
  const counters = openCounters(flash, 1, 16, () => OK);
  const reader = commandReader(identity, suite, epochs, counters, clock, {
    onAcknowledgement: (octets, length) => {
      said = `${said} ack=${hexOf(octets, length)}`;
    },
    onCommand: (command) => {
      said = `${said} ${decimal(command.number)}/${decimal(command.kind)}/${decimal(command.time)}/${decimal(command.result)}`;
      for (const value of command.values) said = `${said},${decimal(value)}`;
    },
  });
  for (let i = 3; i < words.length; i++) {
    const frame = octetsOf(words[i], 0);
    const result = reader.take(frame, frame.length);
    said = `${said} ${decimal(result)}`;
  }
  return said;
}

/**
 *   command SUITE NOW FRAME …                    what a device does with these frames, one after the other
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
  if (words[0] === "command") return commands(suite, numberOf(words[2]), words);
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
