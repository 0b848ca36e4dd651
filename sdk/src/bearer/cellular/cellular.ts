/**
 * The bearer over a cellular modem: attaches, opens a socket, keeps a session on it, and comes back by itself when any of them goes.
 *
 * What fails is tried again after a pause that doubles up to ten minutes, half of it by chance: a broker that comes back does not get
 * all its devices in the same second. Where the manifest asks for it, the device hangs up a while after its last record, so that the
 * modem can sleep (PSM), and calls again with the next one.
 */
import type { Timers } from "../../board/clock.ts";
import type { Modem } from "../../board/modem.ts";
import type { Random } from "../../board/random.ts";
import { allocBytes, type Bytes, idiv } from "../../lang/intrinsics.ts";
import { below } from "../../lang/prng.ts";
import { BUSY, MISSING, OK, OUT_OF_RANGE, type Result } from "../../lang/result.ts";
import type { Bearer, Sent } from "../bearer.ts";
import { MAX_SEND, type Session, type SessionEvents, type SocketSend } from "./session.ts";
import { UDP } from "./transport.ts";

export interface CellularSettings {
  /** `TCP`, `TLS` or `UDP` of `transport.ts`. */
  readonly transport: number;
  readonly host: string;
  readonly port: number;
  /** Hangs up so long after the last record; 0: never. */
  readonly idleS: number;
}

/** Makes the session, once: MQTT or CoAP. */
export type SessionMaker = (send: SocketSend, events: SessionEvents) => Session;

const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 600000;
/** What comes of a stream at a time: a PUBACK, or a third of a frame from the hub. */
const STREAM_BYTES = 32;
/** A name to be looked up, a handshake of TLS over a slow cell. */
const OPEN_MS = 60000;
/** While an alarm waits out of coverage, the modem searches at least so often, whatever it would rest. */
const HURRY_MS = 30000;
/** What a record costs beside a LoRaWAN frame of middle rate: the modem is awake for seconds. */
const COST = 100;

/** Out of coverage. */
const OFF = 0;
/** After a failure. */
const RESTING = 1;
const OPENING = 2;
/** The socket is open, the session not up yet. */
const GREETING = 3;
const UP = 4;
const ENDING = 5;
/** Hung up, to call again with the next record. */
const ASLEEP = 6;

function ignore(): void {}

/** `onReady`: records may go now. `onDown`: what the hub says, for that call only. */
export function cellular(
  modem: Modem,
  timers: Timers,
  random: Random,
  settings: CellularSettings,
  make: SessionMaker,
  onReady: () => void,
  onDown: (octets: Bytes, length: number) => void,
): Bearer {
  const { transport, host, port, idleS } = settings;
  const into = allocBytes(transport === UDP ? MAX_SEND : STREAM_BYTES);
  const nothing = allocBytes(0);
  let state = OFF;
  let attempts = 0;
  /** The one timer: of the pause, of the socket that opens, or of the quiet. */
  let timer = 0;

  let record = nothing;
  let recordLength = 0;
  let done: Sent = ignore;
  /** A record is here: on its way, or until the session is up. */
  let holding = false;
  /** An alarm waits for coverage. */
  let hurried = false;

  const session = make(modem.send, {
    onUp: () => {
      state = UP;
      if (holding) sendHeld();
      else {
        rest();
        onReady();
      }
    },
    onSettled: () => {
      attempts = 0;
      if (state === UP) rest();
      settle();
    },
    onDown: (octets, length) => {
      attempts = 0;
      onDown(octets, length);
    },
    onFailed: (refused) => fail(refused),
    onEnded: () => hangUp(),
  });

  function hangUp(): void {
    if (state !== ENDING) return;
    modem.close();
    state = ASLEEP;
    if (holding) open();
  }

  function setTimer(ms: number, fire: () => void): void {
    timers.cancel(timer);
    timer = ms > 0 ? timers.after(ms, fire) : 0;
  }

  function settle(): void {
    if (!holding) return;
    holding = false;
    const tell = done;
    done = ignore;
    tell(false, nothing, 0);
  }

  function sendHeld(): void {
    setTimer(0, ignore);
    if (session.send(record, recordLength) !== OK) settle();
  }

  function open(): void {
    state = OPENING;
    setTimer(OPEN_MS, onStuck);
    if (modem.open(transport, host, port) !== OK) fail(false);
  }

  function onStuck(): void {
    fail(false);
  }

  /** Up, and nothing to do. */
  function rest(): void {
    setTimer(idleS * 1000, onIdle);
  }

  function onIdle(): void {
    timer = 0;
    if (state !== UP || holding) return;
    state = ENDING;
    session.end();
  }

  function onRested(): void {
    timer = 0;
    if (state === RESTING) open();
  }

  function pauseMs(refused: boolean): number {
    let ms = FIRST_PAUSE_MS;
    for (let i = 1; i < attempts && ms < LONGEST_PAUSE_MS; i++) ms += ms;
    if (refused || ms > LONGEST_PAUSE_MS) ms = LONGEST_PAUSE_MS;
    return idiv(ms, 2) + idiv(ms, 2000) * below(random.next, 1000);
  }

  function fail(refused: boolean): void {
    session.closed();
    modem.close();
    if (attempts < 20) attempts += 1;
    state = RESTING;
    setTimer(pauseMs(refused), onRested);
    settle();
  }

  function hurry(): void {
    modem.attach(true);
    setTimer(HURRY_MS, hurry);
  }

  modem.start(into, {
    onAttached: (attached) => {
      if (attached === (state !== OFF)) return;
      hurried = false;
      if (attached) {
        state = RESTING;
        // Those who were in the same hole come out together.
        setTimer(1 + below(random.next, FIRST_PAUSE_MS), onRested);
        return;
      }
      state = OFF;
      setTimer(0, ignore);
      session.closed();
      settle();
    },
    onOpen: (isOpen) => {
      if (isOpen && state === OPENING) {
        state = GREETING;
        setTimer(0, ignore);
        session.opened();
      } else if (!isOpen && state === ENDING) {
        // The far end was faster with its goodbye.
        session.closed();
        hangUp();
      } else if (!isOpen && state >= OPENING && state < ENDING) fail(false);
    },
    onData: (length) => session.data(into, length),
    onSent: () => session.sent(),
  });
  modem.attach(true);

  return {
    name: "cellular",
    cost: COST,
    isReady: () => state === UP || state === ASLEEP,
    wanted: (urgent) => {
      if (state !== OFF || urgent === hurried) return;
      hurried = urgent;
      if (urgent) hurry();
      else setTimer(0, ignore);
    },
    maxPayload: session.maxPayload,
    send: (octets, length, told): Result => {
      if (holding) return BUSY;
      if (length > session.maxPayload()) return OUT_OF_RANGE;
      if (state < UP) return MISSING;
      record = octets;
      recordLength = length;
      done = told;
      holding = true;
      if (state === ASLEEP) open();
      else if (state === UP) {
        setTimer(0, ignore);
        const result = session.send(octets, length);
        if (result !== OK) holding = false;
        return result;
      }
      return OK;
    },
  };
}
