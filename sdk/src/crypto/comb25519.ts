/**
 * Multiples of the base point B of edwards25519, by a comb of four teeth (Lim and Lee, "More Flexible Exponentiation with
 * Precomputation", 1994) with digits of 1 and -1 (Hamburg, "Fast and compact elliptic-curve cryptography", 2012): 64 doublings and
 * 64 additions.
 *
 * An odd number s is the sum of 256 terms ±2^i, of which the i-th is + where bit i + 1 of s + 2^256 is set. A column is the terms
 * i, i + 64, i + 128 and i + 192; the last of them is the sign of a table entry, the others choose one of eight.
 *
 * Every entry is read for each column, and the sign is applied by arithmetic, so that no step depends on the scalar.
 */
import { allocBytes, allocInts, type Bytes, type Ints } from "../lang/intrinsics.ts";
import { type PointSum, type Summand, twiceD } from "./edwards25519.ts";
import { addAndSubtract, ELEMENT_CHARS, elementOf, LIMBS, multiply, newElement, PACKED_INTS, pack } from "./field25519.ts";
import { addOrder, bitOf, SCALAR_BYTES } from "./scalar25519.ts";

export const COLUMNS = 64;

/**
 * x and y of 2^192·B ± 2^128·B ± 2^64·B ± B. Entry j has + at 2^(64·k)·B where bit k of j is set. The tests compute them
 * anew.
 */
export const BASE_ENTRIES =
  "o>CMTXEoV?CBmAo^_?I:>nk[CZ:IgT`cLMQd1_TKTG4oAPoogFY9Oa2;Gj5]DTJm7ifanOR;ZGU:3U=6ZO9ZG0" +
  "BXYI88GliIiEAIN0`I514cKhJWT\\LIF[OCh6co1i\\j2EkleUNn`H1HIK5VE3`@`[R[9>aTX2;237F0flmJ6lC1" +
  "LScnX0ET`ck?]HWORlT5UnT8A]_TmiZPmSBaXK4UVD0Uj@23F;[S`]4IaoA4jZJ`:XV43QA7H4_Ie?2PMm1gQ1" +
  "LRQ7cTk`6gLT5HCefA@[AEc066jCD?7BkZed;GkF6n7]?G@b3[290>G3j0m:;g:jP<Fn:6Q0K<`>WK5ahS]N^7" +
  "`4F5ZLLaBZ[HoBl0_a[oX:ZV6jC[V5la=M;OEQ=eNi2M]JZ^REEfccI_KdVL\\fD:4iA7i6S`B6@>4AGMbW\\904" +
  "4?K<T8U?]A31<WCfVjN]N6mDgPX3lfnBFQL_W6E]hd0_E2cCIa_UQY?B_SJG1H`S;jKPaEThL]T4?\\IPF0];45" +
  "i3b8g_@GniglhNoloWNmB;:_bOM`4RQNAAio5<`NXi1Y:C?N`KdlKH=HG`oVX\\]j8C8ND^G8D?JMk1W1Xi6?U0" +
  "`oU_ef04[QS<\\J7PmZ<UaYWl9GS:NoY@9QA0[bkklA6oPE?BVefC\\=F^Y0hg6YB80Re^`CA9_h5iMna@VY>HD2";
const ENTRY_COUNT = 8;

export interface Comb {
  /** Adds the entry of `column` (63 first, then down to 0, with a doubling before each) to a sum that has its T. */
  readonly add: (sum: PointSum, column: number) => void;
}

/** The comb of a `scalar` (32 octets, below L), which may be overwritten afterwards. */
export function baseComb(scalar: Bytes): Comb {
  const digits = oddDigits(scalar);
  const entries = packedEntries();
  const chosen: Summand = { plus: newElement(), minus: newElement(), t: newElement() };
  const marks = allocInts(ENTRY_COUNT);

  return {
    add: (sum, column) => {
      const flip = 1 - bitOf(digits, column + 193);
      const index =
        (bitOf(digits, column + 1) ^ flip) + 2 * (bitOf(digits, column + 65) ^ flip) + 4 * (bitOf(digits, column + 129) ^ flip);
      for (let j = 0; j < ENTRY_COUNT; j++) marks[j] = ((index ^ j) - 1) >>> 31;
      choose(chosen.plus, entries, 0, marks);
      choose(chosen.minus, entries, PACKED_INTS, marks);
      choose(chosen.t, entries, 2 * PACKED_INTS, marks);
      for (let i = 0; i < LIMBS; i++) {
        const change = flip * (chosen.minus[i] - chosen.plus[i]);
        chosen.plus[i] = chosen.plus[i] + change;
        chosen.minus[i] = chosen.minus[i] - change;
        chosen.t[i] = (1 - 2 * flip) * chosen.t[i];
      }
      sum.add(chosen, false, false);
    },
  };
}

/** Of each entry y + x, y - x and 2·d·x·y, packed. */
function packedEntries(): Ints[] {
  const entries: Ints[] = [];
  const d2 = twiceD();
  const x = newElement();
  const y = newElement();
  const sum = newElement();
  const difference = newElement();
  for (let j = 0; j < ENTRY_COUNT; j++) {
    elementOf(x, BASE_ENTRIES, 2 * ELEMENT_CHARS * j);
    elementOf(y, BASE_ENTRIES, (2 * j + 1) * ELEMENT_CHARS);
    addAndSubtract(sum, difference, y, x);
    multiply(x, x, y);
    multiply(x, x, d2);
    const entry = allocInts(3 * PACKED_INTS);
    pack(entry, 0, sum);
    pack(entry, PACKED_INTS, difference);
    pack(entry, 2 * PACKED_INTS, x);
    entries.push(entry);
  }
  return entries;
}

/** `out` = the element at `part` of the entry whose mark is 1, where the others' is 0. */
function choose(out: Ints, entries: readonly Ints[], part: number, marks: Ints): void {
  const e0 = entries[0];
  const e1 = entries[1];
  const e2 = entries[2];
  const e3 = entries[3];
  const e4 = entries[4];
  const e5 = entries[5];
  const e6 = entries[6];
  const e7 = entries[7];
  const m0 = marks[0];
  const m1 = marks[1];
  const m2 = marks[2];
  const m3 = marks[3];
  const m4 = marks[4];
  const m5 = marks[5];
  const m6 = marks[6];
  const m7 = marks[7];
  for (let i = 0; i < PACKED_INTS; i++) {
    const at = part + i;
    const low = m0 * e0[at] + m1 * e1[at] + m2 * e2[at] + m3 * e3[at];
    const packed = low + m4 * e4[at] + m5 * e5[at] + m6 * e6[at] + m7 * e7[at];
    out[2 * i] = packed & 8191;
    out[2 * i + 1] = packed >> 13;
  }
}

/** The scalar, or L more if that is odd, and 2^256. */
function oddDigits(scalar: Bytes): Bytes {
  const wide = allocInts(SCALAR_BYTES);
  for (let i = 0; i < SCALAR_BYTES; i++) wide[i] = scalar[i];
  addOrder(wide, 1 - (wide[0] & 1));
  const digits = allocBytes(SCALAR_BYTES + 1);
  for (let i = 0; i < SCALAR_BYTES; i++) digits[i] = wide[i] & 255;
  digits[SCALAR_BYTES] = 1;
  return digits;
}
