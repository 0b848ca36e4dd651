// PDUs that were made from good ones: none may crash the device, and none may do on a plain link what needs an encrypted one.
import { receive } from "./program.ts";
import { noise } from "./talk.ts";

const MTU = 69;
/** Handles of values that are read on an encrypted link only, and of all that may be written on a plain one. */
const GUARDED_READS = [35, 44, 50, 62, 68, 74, 80, 89, 92];
const OPEN_WRITES = [0x15, 0x1b, 0x1d];
const ANSWERS: Record<number, number> = { 2: 3, 4: 5, 6: 7, 8: 9, 10: 11, 12: 13, 14: 15, 16: 17, 18: 19 };
const ERRORS = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0a, 0x0d, 0x10, 0x13, 0x80];

const word = (octets: Buffer, at: number) => octets.readUInt16LE(at);

/** What is wrong with an answer to a PDU; undefined: nothing. */
function fault(pdu: Buffer, answer: Buffer): string | undefined {
  const [asked, opcode] = [pdu[0], answer[0]];
  if (answer.length > MTU) return "longer than the MTU";
  if (opcode === 0x1b) return [0x14, 0x1a].includes(word(answer, 1)) ? undefined : "a notification of what is guarded";
  if (opcode === 0x01) {
    if (answer.length !== 5 || answer[1] !== asked) return "an error of another request";
    return ERRORS.includes(answer[4]) ? undefined : "an unknown error";
  }
  if (ANSWERS[asked] !== opcode) return "no answer to that";
  if (opcode === 0x13 && !OPEN_WRITES.includes(word(pdu, 1))) return "a write that was not allowed";
  if ((opcode === 0x0b || opcode === 0x0d) && GUARDED_READS.includes(word(pdu, 1))) return "a read that was not allowed";
  if (opcode === 0x0f)
    for (let at = 1; at < pdu.length; at += 2) if (GUARDED_READS.includes(word(pdu, at))) return "a read that was not allowed";
  if (opcode === 0x09)
    for (let at = 2; at < answer.length; at += answer[1])
      if (GUARDED_READS.includes(word(answer, at))) return "a read by type that was not allowed";
  return undefined;
}

/** Says so many PDUs, each as the only one in a thousand of a connection; answers what is wrong, and how many were answered by more than an error. */
export function sayNoise(
  count: number,
  seed: number,
  sometimes: () => void = () => {},
): { faults: string[]; accepted: number } {
  const next = noise(seed);
  const faults: string[] = [];
  let accepted = 0;
  receive("start 2 69");
  for (const line of ["glucose 120 1 1 5", "clock 1763800205"]) receive(line);
  for (let i = 0; i < count; i++) {
    if (i % 1000 === 0) {
      receive("connect 1");
      receive("pdu 02f700");
      sometimes();
    }
    const hex = next();
    // Only the answers: what the device tells its program has no place here but what came down.
    const said = receive(`pdu ${hex}`)
      .split(" ")
      .filter((one) => one !== "" && one !== "open" && !one.startsWith("down:"));
    const pdu = Buffer.from(hex === "-" ? "" : hex, "hex");
    if (said.filter((one) => !one.startsWith("1b")).length > 1) faults.push(`${hex}: two answers`);
    for (const one of said) {
      const wrong = /^[0-9a-f]+$/.test(one) ? fault(pdu, Buffer.from(one, "hex")) : "told its program";
      if (wrong !== undefined) faults.push(`${hex} ${one}: ${wrong}`);
      else if (!one.startsWith("01") && !one.startsWith("1b")) accepted += 1;
    }
  }
  return { faults, accepted };
}

/** That the device is what it was: it answers, its record of glucose is there, its clock was not set. */
export function afterNoise(): string[] {
  receive("connect 2");
  receive("pdu 1247000200");
  return ["pdu 0a0300", "pdu 1246000401", "pdu 0a5c00"].map(receive);
}
