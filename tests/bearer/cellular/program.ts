// Portable TypeScript, run on every runtime by the tests beside it: the cellular bearer on a modem of lines.
import type { Bearer } from "@songbai/sdk/bearer/bearer";
import { cellular, type SessionMaker } from "@songbai/sdk/bearer/cellular/cellular";
import { coap } from "@songbai/sdk/bearer/cellular/coap";
import { type MqttSettings, mqtt } from "@songbai/sdk/bearer/cellular/mqtt";
import { TCP, UDP } from "@songbai/sdk/bearer/cellular/transport";
import type { Timers } from "@songbai/sdk/board/clock";
import type { Modem, ModemEvents } from "@songbai/sdk/board/modem";
import { copyBytes } from "@songbai/sdk/lang/bytes";
import { allocBytes, type Bytes, charCode, decimal, textLength } from "@songbai/sdk/lang/intrinsics";
import { prng } from "@songbai/sdk/lang/prng";
import { BUSY, MISSING, OK } from "@songbai/sdk/lang/result";
import { hexOf, numberOf, octetsOf, wordsOf } from "../../support/words.ts";

const MOST_TIMERS = 8;

interface Timer {
  id: number;
  at: number;
  fire: () => void;
}

function ignore(): void {}

/** Timers in a handful of places: what leaves one set each time runs out of them. */
function newTimers(): { readonly timers: Timers; readonly pass: (ms: number) => void; readonly set: () => number } {
  const places: Timer[] = [];
  for (let i = 0; i < MOST_TIMERS; i++) places.push({ id: 0, at: 0, fire: ignore });
  let now = 0;
  let last = 0;
  return {
    timers: {
      after: (delayMs, fire) => {
        last += 1;
        for (const place of places) {
          if (place.id === 0) {
            place.id = last;
            place.at = now + delayMs;
            place.fire = fire;
            return last;
          }
        }
        note("no timer left");
        return last;
      },
      cancel: (id) => {
        for (const place of places) if (id > 0 && place.id === id) place.id = 0;
      },
    },
    set: () => {
      let count = 0;
      for (const place of places) if (place.id !== 0) count += 1;
      return count;
    },
    pass: (ms) => {
      const end = now + ms;
      for (;;) {
        let next = -1;
        for (let i = 0; i < MOST_TIMERS; i++) {
          if (places[i].id === 0 || places[i].at > end) continue;
          if (
            next < 0 ||
            places[i].at < places[next].at ||
            (places[i].at === places[next].at && places[i].id < places[next].id)
          )
            next = i;
        }
        if (next < 0) break;
        now = places[next].at;
        places[next].id = 0;
        note(`@${decimal(now)}`);
        const fire = places[next].fire;
        fire();
        takeSent();
      }
      now = end;
    },
  };
}

let log = "";
let clock = newTimers();
let bearer: Bearer | undefined;
let into: Bytes = allocBytes(0);
let events: ModemEvents | undefined;
let sending = false;
/** The modem takes what is sent before the next line. */
let prompt = true;

function note(what: string): void {
  log = log === "" ? what : `${log} ${what}`;
}

function takeSent(): void {
  while (prompt && sending && events !== undefined) {
    sending = false;
    events.onSent();
  }
}

function modemOf(): Modem {
  let open = false;
  return {
    start: (octets, listener) => {
      into = octets;
      events = {
        onAttached: (attached) => {
          if (!attached) open = false;
          listener.onAttached(attached);
        },
        onOpen: (isOpen) => {
          open = isOpen;
          listener.onOpen(isOpen);
        },
        onData: listener.onData,
        onSent: listener.onSent,
      };
      return OK;
    },
    attach: (on) => {
      note(on ? "attach" : "detach");
      return OK;
    },
    open: (transport, host, port) => {
      sending = false;
      note(`open ${decimal(transport)} ${host} ${decimal(port)}`);
      return OK;
    },
    send: (octets, length) => {
      if (!open) return MISSING;
      if (sending) return BUSY;
      note(`>${hexOf(octets, length)}`);
      sending = true;
      return OK;
    },
    close: () => {
      open = false;
      sending = false;
      note("close");
    },
  };
}

function start(transport: number, idleS: number, make: (timers: Timers) => SessionMaker): void {
  clock = newTimers();
  sending = false;
  prompt = true;
  bearer = cellular(
    modemOf(),
    clock.timers,
    { next: prng(7) },
    { transport, host: "hub.example", port: 1883, idleS },
    make(clock.timers),
    () => note("ready"),
    (octets, length) => note(`down ${hexOf(octets, length)}`),
  );
}

const SETTINGS: MqttSettings = {
  clientId: "7A3F-11C0-0000-0042",
  upTopic: "songbai/v1/7A3F-11C0-0000-0042/up",
  downTopic: "songbai/v1/7A3F-11C0-0000-0042/down",
  keepAliveS: 300,
  mostRecord: 1000,
};

/** The password that was handed out last, which is wiped once it has gone. */
let lent = allocBytes(0);

function secret(word: string): Bytes {
  lent = allocBytes(textLength(word));
  for (let i = 0; i < lent.length; i++) lent[i] = charCode(word, i) & 127;
  return lent;
}

function act(words: string[]): void {
  const word = words[0];
  if (word === "mqtt") {
    const settings: MqttSettings =
      words.length < 4
        ? SETTINGS
        : {
            clientId: SETTINGS.clientId,
            upTopic: SETTINGS.upTopic,
            downTopic: SETTINGS.downTopic,
            keepAliveS: 300,
            mostRecord: 64,
            login: { user: words[2], password: () => (words[3] === "none" ? undefined : secret(words[3])) },
          };
    start(TCP, numberOf(words[1]), (timers) => (send, told) => mqtt(timers, send, settings, told));
  } else if (word === "coap") {
    const blockBytes = numberOf(words[2]);
    start(
      UDP,
      numberOf(words[1]),
      (timers) => (send, told) =>
        coap(timers, { next: prng(9) }, send, { path: ["r", "7A3F-11C0-0000-0042"], blockBytes }, told),
    );
  } else if (word === "pass") clock.pass(numberOf(words[1]));
  else if (word === "lent") note(`lent ${hexOf(lent, lent.length)}`);
  else if (word === "prompt") prompt = words[1] === "1";
  else if (word === "send" && bearer !== undefined) {
    const record = octetsOf(words[1], 0);
    const result = bearer.send(record, record.length, (acknowledged, _answer, length) =>
      note(`done ${acknowledged ? "1" : "0"} ${decimal(length)}`),
    );
    if (result !== OK) note(decimal(result));
  } else if (word === "is" && bearer !== undefined)
    note(`${bearer.isReady() ? "ready" : "not"} ${decimal(bearer.maxPayload())} ${decimal(clock.set())}`);
  else if (events !== undefined) tell(events, word, words);
}

function tell(listener: ModemEvents, word: string, words: string[]): void {
  if (word === "attached") listener.onAttached(words[1] === "1");
  else if (word === "open") listener.onOpen(words[1] === "1");
  else if (word === "sent") {
    sending = false;
    listener.onSent();
  } else if (word === "data") {
    const octets = octetsOf(words[1], 0);
    for (let at = 0; at < octets.length; at += into.length) {
      const rest = octets.length - at;
      const here = rest < into.length ? rest : into.length;
      copyBytes(octets, at, into, 0, here);
      listener.onData(here);
    }
  }
}

/**
 *   mqtt IDLE [USER PASSWORD], coap IDLE BLOCK   a new bearer, which hangs up after so many seconds, 0: never
 *   attached 0|1, open 0|1, data OCTETS, sent    what the modem tells
 *   prompt 0|1                                   whether it tells by itself that it has sent
 *   send OCTETS, pass MS
 *   is                                           ready or not, longest record, timers set
 * Answers what the modem was asked for and what the bearer told, timers with their time.
 */
export function receive(line: string): string {
  log = "";
  act(wordsOf(line));
  takeSent();
  return log;
}
