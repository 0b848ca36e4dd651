import { InputError } from "@songbai/sim/scenario/input-error";
import type { Port } from "./port.ts";

/** Baud rate of StandardFirmata. */
const BAUD = 57_600;

/** What the operating system says, and what a user can do about it. */
const REFUSALS: readonly (readonly [RegExp, (path: string) => string])[] = [
  [
    /no such file|file not found/i,
    (path) => `There is no port ${path}; name the board's with --port, such as /dev/ttyACM0 or COM3.`,
  ],
  [
    /permission|access denied/i,
    (path) => `The port ${path} may not be opened; on Linux, join the group dialout and log in again.`,
  ],
  [/lock|busy/i, (path) => `The port ${path} is in use; close the program that has it open.`],
];

/** Opens the serial port of a board. Throws `InputError`. */
export async function openSerialPort(path: string): Promise<Port> {
  // A native module, loaded when a board is there.
  const { SerialPort } = await import("serialport");
  const stream = new SerialPort({ path, baudRate: BAUD, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    stream.open((error) => (error ? reject(refusal(path, error.message)) : resolve()));
  });
  return { name: path, stream, close: () => new Promise((resolve) => stream.close(() => resolve())) };
}

function refusal(path: string, message: string): InputError {
  const known = REFUSALS.find(([pattern]) => pattern.test(message));
  return new InputError(known?.[1](path) ?? `The port ${path} is no serial port: ${message.replace(/^Error: /, "")}.`);
}
