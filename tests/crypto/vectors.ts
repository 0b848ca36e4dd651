/** The published vectors as lines for the programs, with what they must answer. */
import { OK } from "@songbai/sdk/lang/result";
import aes from "../vectors/aes.json" with { type: "json" };
import aesCcm from "../vectors/ccm.json" with { type: "json" };
import aesCmac from "../vectors/cmac.json" with { type: "json" };
import hash from "../vectors/hash.json" with { type: "json" };
import hkdf from "../vectors/hkdf.json" with { type: "json" };
import hmac from "../vectors/hmac.json" with { type: "json" };
import sm4 from "../vectors/sm4.json" with { type: "json" };
import sm4Ccm from "../vectors/sm4-ccm.json" with { type: "json" };
import type { Task } from "./peer.ts";

export interface Vector extends Task {
  readonly source: string;
}

type Sealed = (typeof aesCcm.vectors)[number];

const octets = (hex: string): number => (hex === "-" ? 0 : hex.length / 2);
const tagOf = ({ sealed, plain }: Sealed): number => octets(sealed) - octets(plain);

function ccmVectors(cipher: string, vectors: readonly Sealed[]): Vector[] {
  const head = (v: Sealed) => `${cipher} ${v.key} ${v.nonce} ${v.additional} ${tagOf(v)}`;
  return vectors.flatMap((v) => [
    { source: `${v.source}, sealed`, line: `seal ${head(v)} ${v.plain}`, answer: v.sealed },
    { source: `${v.source}, opened`, line: `open ${head(v)} ${v.sealed}`, answer: `${OK} ${v.plain}` },
  ]);
}

/** For `program.ts`. */
export const CIPHER_VECTORS: readonly Vector[] = [
  ...aes.vectors.map((v) => ({ source: v.source, line: `block aes-128 ${v.key} ${v.plain}`, answer: v.cipher })),
  ...sm4.vectors.map((v) => ({ source: v.source, line: `block sm4 ${v.key} ${v.plain}`, answer: v.cipher })),
  ...aesCmac.vectors.map((v) => ({ source: v.source, line: `cmac aes-128 ${v.key} ${v.message}`, answer: v.code })),
  ...ccmVectors("aes-128", aesCcm.vectors),
  ...ccmVectors("sm4", sm4Ccm.vectors),
];

/** For `hash-program.ts`. A published code may be cut short, as RFC 4231's fifth is. */
export const HASH_VECTORS: readonly Vector[] = [
  ...hash.vectors.map((v) => ({
    source: v.source,
    line: `hash ${v.hash} ${octets(v.message) >> 1} ${v.message}`,
    answer: v.digest,
  })),
  ...hmac.vectors.map((v) => ({ source: v.source, line: `hmac ${v.hash} ${v.key} ${v.message}`, answer: v.code })),
  ...hkdf.vectors.map((v) => ({
    source: v.source,
    line: `hkdf ${v.hash} ${v.secret} ${v.salt} ${v.info} ${octets(v.key)}`,
    answer: v.key,
  })),
];

export function linesOf(tasks: readonly Task[]): string[] {
  return tasks.map(({ line }) => line);
}

/** The tasks that were answered wrongly, with what was answered. */
export function wrong<T extends Task>(tasks: readonly T[], answers: readonly string[]): object[] {
  return tasks.flatMap((task, i) =>
    answers[i]?.slice(0, task.answer.length) === task.answer ? [] : [{ ...task, answered: answers[i] }],
  );
}
