// Portable TypeScript, run on every runtime by the tests beside it.
import { ed25519PublicKey, ed25519Sign, ed25519Verify } from "@songbai/sdk/crypto/ed25519";
import { encode, multiply, newElement, square } from "@songbai/sdk/crypto/field25519";
import { multiplyAdd, reduceScalar } from "@songbai/sdk/crypto/scalar25519";
import { sha512 } from "@songbai/sdk/crypto/sha512";
import { finish, type Step } from "@songbai/sdk/crypto/step";
import { x25519, x25519PublicKey } from "@songbai/sdk/crypto/x25519";
import { allocBytes, type Bytes, decimal, type Ints } from "@songbai/sdk/lang/intrinsics";
import { BUSY, OK } from "@songbai/sdk/lang/result";
import { hexOf, numberOf, octetsOf, wordsOf } from "../support/words.ts";

const idle: Step = () => OK;
let running = idle;
let into = allocBytes(0);

/** Twenty limbs, each a word of 16 bits with its sign. */
function limbsOf(word: string): Ints {
  const octets = octetsOf(word, 0);
  const element = newElement();
  for (let i = 0; i < 20; i++) {
    const limb = (octets[2 * i] << 8) | octets[2 * i + 1];
    element[i] = limb < 32768 ? limb : limb - 65536;
  }
  return element;
}

function begin(words: readonly string[]): Step {
  into = allocBytes(words[0] === "sign" ? 64 : 32);
  const first = octetsOf(words[1], 0);
  if (words[0] === "x25519-public") return x25519PublicKey(first, into);
  if (words[0] === "ed25519-public") return ed25519PublicKey(first, into);
  const second = octetsOf(words[2], 0);
  if (words[0] === "x25519") return x25519(first, second, into);
  const third = octetsOf(words[3], 0);
  if (words[0] === "sign") return ed25519Sign(first, second, third, third.length, into);
  into = allocBytes(0);
  return ed25519Verify(first, second, second.length, third);
}

/** x25519(k, u) of the result and of what k was, `count` times from k = u = `first` on (RFC 7748 section 5.2). */
function iterated(first: Bytes, count: number): Bytes {
  let k = first;
  let u = first;
  for (let i = 0; i < count; i++) {
    const result = allocBytes(32);
    finish(x25519(k, u, result));
    u = k;
    k = result;
  }
  return k;
}

/**
 *   sha512 SPLIT MESSAGE                 the digest; the message is taken in up to SPLIT and from there on
 *   x25519 SCALAR U                      the result and the shared secret
 *   x25519-public SCALAR                 the result and the public key
 *   ed25519-public SEED                  the result and the public key
 *   sign SEED PUBLIC MESSAGE             the result and the signature
 *   verify PUBLIC MESSAGE SIGNATURE      the result
 *   begin …                              one of the five above in slices: `next` does one and answers the result and what is written so far
 *   iterate FIRST COUNT                  X25519 of X25519
 *   multiply LIMBS LIMBS, square LIMBS   the product, as octets
 *   reduce WIDE                          64 octets modulo L
 *   multiply-add A B C                   a·b + c modulo L
 */
export function receive(line: string): string {
  const words = wordsOf(line);
  const octets = allocBytes(64);
  if (words[0] === "sha512") {
    const split = numberOf(words[1]);
    const message = octetsOf(words[2], 0);
    const hash = sha512();
    hash.update(message, 0, split);
    hash.update(message, split, message.length - split);
    hash.digest(octets, 0);
    return hexOf(octets, 64);
  }
  if (words[0] === "iterate") return hexOf(iterated(octetsOf(words[1], 0), numberOf(words[2])), 32);
  if (words[0] === "multiply" || words[0] === "square") {
    const element = newElement();
    if (words[0] === "square") square(element, limbsOf(words[1]));
    else multiply(element, limbsOf(words[1]), limbsOf(words[2]));
    encode(octets, 0, element);
    return hexOf(octets, 32);
  }
  if (words[0] === "reduce") {
    reduceScalar(octets, 0, octetsOf(words[1], 0));
    return hexOf(octets, 32);
  }
  if (words[0] === "multiply-add") {
    multiplyAdd(octets, 0, octetsOf(words[1], 0), octetsOf(words[2], 0), octetsOf(words[3], 0));
    return hexOf(octets, 32);
  }
  if (words[0] === "next") {
    const result = running();
    if (result !== BUSY) running = idle;
    return `${decimal(result)} ${result === BUSY ? "-" : hexOf(into, into.length)}`;
  }
  if (words[0] === "begin") {
    const rest: string[] = [];
    for (let i = 1; i < words.length; i++) rest.push(words[i]);
    running = begin(rest);
    return ".";
  }
  const result = finish(begin(words));
  return `${decimal(result)} ${hexOf(into, into.length)}`;
}
