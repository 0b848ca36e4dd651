/** Gives a command to a running hub, as a platform does, and waits for what becomes of it. */
import { randomUUID } from "node:crypto";
import { EXPIRED, OK } from "@songbai/sdk/lang/result";
import { printedId } from "../../provision/demo.ts";
import { connect } from "./connect.ts";
import { placeOf } from "./place.ts";

export interface CommandOverMqtt {
  readonly url: string;
  readonly deviceId: Uint8Array;
  readonly json: object;
  /** Seconds since 1970. */
  readonly expiresS: number;
  /** How long a hub may take to say that it has the command, and after its expiry, that it expired. */
  readonly patienceMs?: number;
}

export interface CommandTold {
  /** The device has done it. */
  readonly done: boolean;
  readonly number?: number;
  /** The device's own code (`@songbai/sdk/lang/result`). */
  readonly result?: number;
  readonly sentence: string;
}

/** A hub takes a command at once, and tells of what has expired within a second or two. */
const PATIENCE_MS = 5000;

interface Status {
  readonly name: string;
  readonly id?: string;
  readonly reason?: string;
  readonly number?: number;
  readonly values?: { readonly number?: { readonly value: number }; readonly result?: { readonly value: number } };
}

/** Throws `BrokerUnreachable`. */
export async function commandOverMqtt({
  url,
  deviceId,
  json,
  expiresS,
  patienceMs = PATIENCE_MS,
}: CommandOverMqtt): Promise<CommandTold> {
  const device = printedId(deviceId);
  const place = placeOf(url);
  const id = randomUUID();
  const client = await connect(url);
  try {
    await client.subscribeAsync(`songbai/v1/${device}/status`, { qos: 1 });
    return await new Promise<CommandTold>((resolve) => {
      let number: number | undefined;
      const end = (told: Omit<CommandTold, "number">) => {
        clearTimeout(timer);
        resolve({ ...told, ...(number === undefined ? {} : { number }) });
      };
      let timer = setTimeout(
        () => end({ done: false, sentence: `No hub at ${place} took the command; does it run, and know ${device}?` }),
        patienceMs,
      );

      function hear(status: Status): void {
        if (status.id === id && status.name === "command-refused") {
          end({ done: false, sentence: `The hub refused the command: ${status.reason}.` });
        } else if (status.id === id && status.name === "command-queued") {
          number = status.number;
          clearTimeout(timer);
          const silent = `The hub at ${place} said no more of command ${number}, which has expired.`;
          timer = setTimeout(() => end({ done: false, sentence: silent }), expiresS * 1000 - Date.now() + patienceMs);
        } else if (number === undefined) {
          return;
        } else if (status.name === "command-expired" && status.number === number) {
          end({ done: false, sentence: `Command ${number} has expired: ${device} has not answered it.` });
        } else if (status.name === "command" && status.values?.number?.value === number) {
          answer(status.values.result?.value ?? OK);
        }
      }

      function answer(result: number): void {
        const done = result === OK;
        const why = result === EXPIRED ? "it came too late" : `result ${result}`;
        const sentence = done ? `${device} has done command ${number}.` : `${device} has not done command ${number}: ${why}.`;
        end({ done, result, sentence });
      }

      client.on("message", (_topic, payload) => {
        let status: unknown;
        try {
          status = JSON.parse(payload.toString("utf8"));
        } catch {
          return;
        }
        if (typeof status === "object" && status !== null) hear(status as Status);
      });
      client.publish(`songbai/v1/${device}/command`, JSON.stringify({ ...json, id }), { qos: 1 });
    });
  } finally {
    await client.endAsync(true);
  }
}
