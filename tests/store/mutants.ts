/** Lines of the store's code as the native compiler writes them, and what takes a promise away. Each must be found once. */
export interface Mutant {
  readonly name: string;
  readonly edits: readonly (readonly [string, string])[];
  /** What to ask the rig: one of these answers must say that it failed, and how. */
  readonly asked: readonly string[];
  readonly found: string;
}

const cuts = (...operations: number[]): string[] => operations.map((operation) => `cut ${operation} 4 3 7`);
const everyCut = cuts(...Array.from({ length: 822 }, (_, i) => i + 1));

export const MUTANTS: readonly Mutant[] = [
  {
    name: "the sector sequence is not in an entry's checksum",
    edits: [["crc32c(crc32c(0, word, 0, 4), buffer, 0, 2)", "crc32c(0, buffer, 0, 2)"]],
    asked: ["stale"],
    found: "of an earlier lap is read",
  },
  {
    name: "nothing is reserved ahead",
    edits: [["put(id, value + reserve)", "put(id, value)"]],
    asked: ["whole"],
    found: "a nonce is used twice",
  },
  {
    name: "a head's check octet is not looked at",
    edits: [["length <= maxPayload && (buffer[0] ^ buffer[1] ^ buffer[2]) === 255", "length <= maxPayload"]],
    asked: ["rot 5"],
    found: "hides 2 entries",
  },
  {
    name: "a header is written before the erase is verified",
    edits: [["if (programmedFrom(sector, 0) !== size) return CORRUPT", "if (false) return CORRUPT"]],
    asked: ["spoilt 3 2"],
    found: "a header in front of cells that are not blank",
  },
  {
    name: "append answers before the checksum is programmed",
    edits: [
      ["buffer, 0, OVERHEAD_BYTES + length)", "buffer, 0, ENTRY_HEADER_BYTES + length)"],
      ["entryAt(active, at) === length", "true"],
    ],
    asked: ["whole"],
    found: "an entry is lost",
  },
  {
    name: "an entry is not read back",
    edits: [["if (entryAt(active, at) === length)", "if (true)"]],
    asked: ["spoilt 3 4"],
    found: "an address is used twice",
  },
  {
    name: "a sector that reads blank is not erased again",
    edits: [
      [
        "const erased = flash.erase(firstSector + sector);",
        "const erased = programmedFrom(sector, 0) === size ? OK : flash.erase(firstSector + sector);",
      ],
    ],
    asked: everyCut,
    found: "lost",
  },
  {
    name: "urgent entries are not carried forward",
    edits: [["const left = carry(sector)", "const left = 0"]],
    asked: ["whole"],
    found: "an urgent entry is lost",
  },
  {
    name: "what was carried forward is not marked",
    edits: [["=== OK) mark(sector, at)", "=== OK) at += 0"]],
    asked: everyCut,
    found: "an urgent entry is lost",
  },
  {
    name: "a header stays valid while its sector is erased",
    edits: [["const spoilt2 = spoilHeader(flash, firstSector + sector)", "const spoilt2 = OK"]],
    asked: everyCut,
    found: "",
  },
  {
    name: "the next entry stands close behind a torn one",
    edits: [["last : until + longest", "last : until"]],
    asked: everyCut,
    found: "lost",
  },
  {
    name: "nobody looks behind a damaged head",
    edits: [["at = programmed > at ? programmed : at + 1", "return MISSING"]],
    asked: ["rot 5"],
    found: "hides",
  },
  {
    name: "what looks like a head behind a damaged one is believed",
    edits: [["(expected || entryAt(sector, at) >= 0)", "true"]],
    asked: ["rot 5"],
    found: "hides 2 entries",
  },
  {
    name: "the sector kept ahead is taken for the one in use",
    edits: [["spare = newest;\n", "\n"]],
    asked: ["whole"],
    found: "sectors wear unevenly",
  },
  {
    name: "nobody is told that the counters are lost",
    edits: [["const told = onLost();", "const told = OK;"]],
    asked: ["whole"],
    found: "a nonce is used twice",
  },
  {
    name: "the counters begin anew before anybody is told",
    edits: [
      ["const told = onLost();\n", "\n"],
      ["return erased === OK ? rotate() : erased", "if (erased === OK) rotate();\n    return onLost()"],
      ["if (told !== OK) return told;", ""],
    ],
    asked: everyCut,
    found: "a nonce is used twice",
  },
  {
    name: "a counter's entry that has rotted is passed over",
    edits: [["stored[id] += reserve", "stored[id] += 0"]],
    asked: ["rot 1", "rot 2"],
    found: "a nonce is used twice",
  },
  {
    name: "the header of the counters' old sector stays valid",
    edits: [
      ["spoilHeader(flash, before);", ""],
      ["if (first !== 0 && second !== 0) spoilHeader(flash, otherThan(sector));", ""],
    ],
    asked: ["rot 1", "rot 2"],
    found: "a nonce is used twice",
  },
  {
    name: "the ledger forgets a slot that has rotted",
    edits: [["state = epoch < 0 ? CORRUPT : OK;", ""]],
    asked: ["rot 0"],
    found: "the epoch went back",
  },
];
