/**
 * A CoAP client for one device (RFC 7252): a record up as a confirmable POST, what the hub says down as its answer.
 *
 * A record that is longer than a block goes in blocks (RFC 7959, Block1), an answer may come in blocks (Block2). What is lost is sent
 * again by the timers of RFC 7252 section 4.2; what comes twice is acknowledged again and taken once.
 */
import type { Timers } from "../../board/clock.ts";
import type { Random } from "../../board/random.ts";
import { copyBytes, putUint32, sameBytes } from "../../lang/bytes.ts";
import { allocBytes, type Bytes, idiv, imul } from "../../lang/intrinsics.ts";
import { below } from "../../lang/prng.ts";
import { BUSY, OK, OUT_OF_RANGE } from "../../lang/result.ts";
import {
  ACK,
  BLOCK1,
  BLOCK2,
  CON,
  CONTENT_FORMAT,
  CONTINUE,
  EMPTY,
  FORBIDDEN,
  NON,
  newMessage,
  OCTET_STREAM,
  POST,
  parseMessage,
  putEmpty,
  putHead,
  putNumberOption,
  putPayload,
  putTextOption,
  RST,
  TOKEN_BYTES,
  TOO_LARGE,
  UNAUTHORIZED,
  URI_PATH,
} from "./coap-message.ts";
import { MAX_DOWN, MAX_SEND, type Session, type SessionEvents, type SocketSend } from "./session.ts";

export interface CoapSettings {
  /** Segments of the path, ASCII, at most 64 characters each, 128 together. */
  readonly path: readonly string[];
  /** Octets of a block: 16, 32, 64, 128 or 256. */
  readonly blockBytes: number;
}

/** ACK_TIMEOUT, ACK_RANDOM_FACTOR 1.5 and MAX_RETRANSMIT (RFC 7252 section 4.8). */
const ACK_TIMEOUT_MS = 2000;
const ACK_SPREAD_MS = 1001;
const MAX_RETRANSMIT = 4;
/** How long the hub may take after it has acknowledged a request without answering it. */
const ANSWER_MS = 30000;
/** Blocks of 256 octets: with head, path and options they fit what a modem takes at a time. */
const MOST_EXPONENT = 4;
/** Longest record: four blocks of the largest size. */
const LONGEST = 1024;

const CLOSED = 0;
const IDLE = 1;
/** The request is out and not acknowledged. */
const SENT = 2;
/** It is acknowledged, and the answer comes by itself. */
const ACCEPTED = 3;

/** Octets of a block with that exponent (RFC 7959 section 2.2). */
function sizeOf(exponent: number): number {
  let size = 16;
  for (let i = 0; i < exponent; i++) size += size;
  return size;
}

/** The largest exponent whose block is no longer than that, and fits a message. */
function exponentOf(blockBytes: number): number {
  let exponent = 0;
  while (exponent < MOST_EXPONENT && sizeOf(exponent + 1) <= blockBytes) exponent += 1;
  return exponent;
}

export function coap(timers: Timers, random: Random, send: SocketSend, settings: CoapSettings, events: SessionEvents): Session {
  const { path } = settings;
  const request = allocBytes(MAX_SEND);
  const reply = allocBytes(4);
  const token = allocBytes(TOKEN_BYTES);
  const answer = allocBytes(MAX_DOWN);
  const message = newMessage();

  let state = CLOSED;
  let sending = false;
  /** The request is to be sent, for the first time or again. */
  let requestDue = false;
  let requestLength = 0;
  /** Type and id of the empty message that is due; 0: none. Only the last one: a peer that hears nothing asks again. */
  let replyType = 0;
  let replyId = 0;

  let id = random.next() & 0xffff;
  let timer = 0;
  let timeoutMs = 0;
  let repeats = 0;

  let record = answer;
  let recordLength = 0;
  /** Octets of the record that the hub has. */
  let done = 0;
  let exponent = exponentOf(settings.blockBytes);
  let inBlocks = false;
  /** Octets of the answer that are there. */
  let answered = 0;
  /** Value of the Block2 option that asks for more of the answer; -1: the record is still to go. */
  let wish = -1;
  /** The last confirmable message that was taken: it may come again. */
  let taken = -1;

  function forget(): void {
    timers.cancel(timer);
    timer = 0;
    requestDue = false;
    replyType = 0;
    sending = false;
    state = CLOSED;
  }

  function fail(refused: boolean): void {
    forget();
    events.onFailed(refused);
  }

  function settle(): void {
    timers.cancel(timer);
    timer = 0;
    requestDue = false;
    state = IDLE;
    events.onSettled();
  }

  function onTimeout(): void {
    timer = 0;
    if (state === ACCEPTED) settle();
    else if (repeats === MAX_RETRANSMIT) fail(false);
    else {
      repeats += 1;
      timeoutMs += timeoutMs;
      timer = timers.after(timeoutMs, onTimeout);
      requestDue = true;
      pump();
    }
  }

  function pump(): void {
    if (sending || state === CLOSED) return;
    let result = OK;
    if (replyType !== 0) {
      const length = putEmpty(reply, replyType, replyId);
      replyType = 0;
      sending = true;
      result = send(reply, length);
    } else if (requestDue) {
      requestDue = false;
      sending = true;
      result = send(request, requestLength);
    }
    if (result !== OK) fail(false);
  }

  /** Writes the next request of the exchange, a block of the record or the wish for a block of the answer, and sends it. */
  function ask(): void {
    const size = sizeOf(exponent);
    const rest = recordLength - done;
    const here = wish >= 0 ? 0 : inBlocks && rest > size ? size : rest;
    id = (id + 1) & 0xffff;
    putUint32(token, 0, random.next());
    let at = putHead(request, POST, id, token);
    let option = 0;
    for (let i = 0; i < path.length; i++) {
      at = putTextOption(request, at, URI_PATH - option, path[i]);
      option = URI_PATH;
    }
    if (here > 0) {
      at = putNumberOption(request, at, CONTENT_FORMAT - option, OCTET_STREAM);
      option = CONTENT_FORMAT;
    }
    if (wish >= 0) {
      at = putNumberOption(request, at, BLOCK2 - option, wish);
      option = BLOCK2;
    } else if (inBlocks) {
      // Blocks are counted in their own size; sizes only shrink, so what is done is always a whole number of them.
      const more = here < rest ? 8 : 0;
      at = putNumberOption(request, at, BLOCK1 - option, (idiv(done, size) << 4) | more | exponent);
    }
    requestLength = putPayload(request, at, record, done, here);
    state = SENT;
    repeats = 0;
    timeoutMs = ACK_TIMEOUT_MS + below(random.next, ACK_SPREAD_MS);
    timers.cancel(timer);
    timer = timers.after(timeoutMs, onTimeout);
    requestDue = true;
    pump();
  }

  /** Begins with the record, or begins again in smaller blocks. */
  function begin(): void {
    done = 0;
    answered = 0;
    wish = -1;
    inBlocks = recordLength > sizeOf(exponent);
    ask();
  }

  /** The hub has a block; it may want the next ones smaller (section 2.5). */
  function onContinue(): void {
    const block = message.block1;
    const size = sizeOf(exponent);
    if (!inBlocks || wish >= 0 || block < 0 || block >> 4 !== idiv(done, size) || (block & 7) > exponent) {
      settle();
      return;
    }
    if (done + size >= recordLength) {
      // It asks for more than there is.
      settle();
      return;
    }
    done += size;
    exponent = block & 7;
    ask();
  }

  /** Takes a piece of the answer; asks for the next one if there is more. */
  function onAnswer(bytes: Bytes): void {
    const block = message.block2;
    const size = message.payloadLength;
    const begins = block < 0 ? 0 : imul(block >> 4, sizeOf(block & 7));
    if (begins !== answered || answered + size > MAX_DOWN) {
      settle();
      return;
    }
    copyBytes(bytes, message.payloadAt, answer, answered, size);
    answered += size;
    if (block >= 0 && (block & 8) !== 0) {
      if (size !== sizeOf(block & 7)) settle();
      else {
        done = recordLength;
        wish = (((block >> 4) + 1) << 4) | (block & 7);
        ask();
      }
      return;
    }
    if (answered > 0) events.onDown(answer, answered);
    settle();
  }

  function onResponse(bytes: Bytes): void {
    const { code } = message;
    if (code === CONTINUE) onContinue();
    else if (code >> 5 === 2) onAnswer(bytes);
    else if (code === TOO_LARGE && wish < 0 && message.block1 >= 0 && (message.block1 & 7) < exponent) {
      exponent = message.block1 & 7;
      begin();
    } else if (code === UNAUTHORIZED || code === FORBIDDEN) fail(true);
    else settle();
  }

  function isOurs(bytes: Bytes): boolean {
    return message.tokenLength === TOKEN_BYTES && sameBytes(bytes, 4, token, 0, TOKEN_BYTES);
  }

  function isResponse(): boolean {
    return message.code >> 5 >= 2;
  }

  /** A message with the id of the request: its acknowledgement, with the answer or without it, or its end. */
  function onReply(bytes: Bytes): void {
    if (state !== SENT || message.id !== id) return;
    if (message.type === RST) settle();
    else if (message.code === EMPTY) {
      state = ACCEPTED;
      requestDue = false;
      timers.cancel(timer);
      timer = timers.after(ANSWER_MS, onTimeout);
    } else if (isResponse() && !message.strange && isOurs(bytes)) onResponse(bytes);
  }

  /** A message of the hub's own: the answer, once more the answer, or what nobody here asked for. */
  function onMessage(bytes: Bytes): void {
    const confirm = message.type === CON;
    const wanted = (state === SENT || state === ACCEPTED) && isResponse() && !message.strange && isOurs(bytes);
    const again = message.id === taken && isResponse();
    if (confirm) {
      if (wanted) taken = message.id;
      replyType = wanted || again ? ACK : RST;
      replyId = message.id;
    }
    if (wanted) onResponse(bytes);
    pump();
  }

  return {
    opened: () => {
      forget();
      state = IDLE;
      taken = -1;
      events.onUp();
    },
    data: (octets, length) => {
      if (state === CLOSED || parseMessage(octets, length, message) !== OK) return;
      if (message.type === CON || message.type === NON) onMessage(octets);
      else onReply(octets);
    },
    sent: () => {
      sending = false;
      pump();
    },
    closed: forget,
    maxPayload: () => LONGEST,
    send: (octets, length) => {
      if (state !== IDLE) return BUSY;
      if (length > LONGEST) return OUT_OF_RANGE;
      record = octets;
      recordLength = length;
      begin();
      return OK;
    },
    end: () => {
      forget();
      events.onEnded();
    },
  };
}
