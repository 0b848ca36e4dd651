/** The passphrase of a key file: from a file descriptor, the environment or the keyboard, never from an argument, which `ps` shows to all. */
import { readFileSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { InputError } from "@songbai/sim/scenario/input-error";

const LEAST_CHARACTERS = 12;
const ENTER = "\r\n\u0004";
const INTERRUPT = "\u0003";
const BACKSPACE = "\b\u007f";

/** The keyboard and where to write the question. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WritableStream;
}

const CONSOLE: Terminal = { input: process.stdin, output: process.stderr };

/** For a key file that exists. Throws `InputError`. */
export async function knownPassphrase(file: string, descriptor: string | undefined, terminal = CONSOLE): Promise<string> {
  return given(descriptor) ?? (await asked(`Passphrase of ${file} (口令): `, file, terminal));
}

/** For a new key file; asked for twice. Throws `InputError`. */
export async function newPassphrase(file: string, descriptor: string | undefined, terminal = CONSOLE): Promise<string> {
  const fromElsewhere = given(descriptor);
  const passphrase = fromElsewhere ?? (await asked(`New passphrase of ${file} (口令): `, file, terminal));
  if ([...passphrase].length < LEAST_CHARACTERS) {
    throw new InputError(`The passphrase is too short: it needs ${LEAST_CHARACTERS} characters or more.`);
  }
  if (fromElsewhere === undefined && passphrase !== (await asked("Once more (再次输入): ", file, terminal))) {
    throw new InputError("The two passphrases are not the same; nothing was written.");
  }
  return passphrase;
}

function given(descriptor: string | undefined): string | undefined {
  if (descriptor === undefined) return process.env.SONGBAI_PASSPHRASE;
  if (!/^\d{1,4}$/.test(descriptor)) throw new InputError("--passphrase-fd is not the number of an open file descriptor.");
  try {
    return readFileSync(Number(descriptor), "utf8").replace(/\r?\n$/, "");
  } catch {
    throw new InputError(`Nothing can be read from the file descriptor ${descriptor} of --passphrase-fd.`);
  }
}

/** Asks without echo. */
async function asked(question: string, file: string, { input, output }: Terminal): Promise<string> {
  if (!input.isTTY) {
    throw new InputError(
      `The key file ${file} needs a passphrase: set SONGBAI_PASSPHRASE, give --passphrase-fd, or run it in a terminal.`,
    );
  }
  // First, so that not even a quick answer is shown.
  input.setRawMode(true);
  try {
    output.write(question);
    return await line(input);
  } finally {
    input.setRawMode(false);
    output.write("\n");
  }
}

/** What is typed until Enter. */
function line(input: NodeJS.ReadStream): Promise<string> {
  const decoder = new StringDecoder("utf8");
  let typed: string[] = [];
  return new Promise((resolve, reject) => {
    const end = (act: () => void) => {
      // At once, so that what is typed ahead waits for the next question.
      input.pause();
      input.off("data", take);
      input.off("end", gone);
      act();
    };
    const gone = () => end(() => reject(new InputError("No passphrase was given; nothing was done.")));
    function take(chunk: Buffer): void {
      for (const character of decoder.write(chunk)) {
        if (character === INTERRUPT) {
          gone();
          return;
        }
        if (ENTER.includes(character)) {
          end(() => resolve(typed.join("")));
          return;
        }
        if (BACKSPACE.includes(character)) typed = typed.slice(0, -1);
        else typed.push(character);
      }
    }
    input.on("data", take);
    input.on("end", gone);
    input.resume();
  });
}
