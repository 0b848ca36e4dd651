/**
 * An MQTT client for one device, 5.0 and 3.1.1: records up on one topic, one at a time, frames down on another.
 *
 * A record goes as PUBLISH with QoS 1. The PUBACK says that the broker has it; what the hub holds comes down as a frame of its own, and
 * only that settles the record, or the time for it. A connection that breaks in between leaves it to the outbox, which sends the same
 * octets as a new message: the hub knows a record by its sequence number, so no message is ever repeated with DUP.
 *
 * The broker keeps the session, and with it what comes down while the device is away, unless it once sent what could not be read: the
 * next connection then begins anew, so that one bad message does not come again for ever.
 */
import type { Timers } from "../../board/clock.ts";
import { copyBytes, fillBytes, getUint16 } from "../../lang/bytes.ts";
import { allocInts, type Bytes, charCode, textLength } from "../../lang/intrinsics.ts";
import { BUSY, CORRUPT, OK, OUT_OF_RANGE, type Result } from "../../lang/result.ts";
import {
  CONNACK,
  CONNECT,
  CONTENT_TYPE,
  DISCONNECT,
  IN_ACK,
  IN_CONNACK,
  IN_DISCONNECT,
  IN_PUBLISH,
  MAXIMUM_PACKET,
  MAXIMUM_QOS,
  MESSAGE_EXPIRY,
  MQTT_5,
  MQTT_311,
  PINGREQ,
  PINGRESP,
  PUBACK,
  PUBLISH,
  packetReader,
  packetWriter,
  QOS_1,
  RECEIVE_MAXIMUM,
  readProperties,
  SERVER_KEEP_ALIVE,
  SESSION_EXPIRY,
  SUBACK,
  SUBSCRIBE,
  TOPIC_ALIAS,
  TOPIC_ALIAS_MAXIMUM,
  textEnd,
} from "./mqtt-packet.ts";
import { MAX_DOWN, MAX_SEND, type Session, type SessionEvents, type SocketSend } from "./session.ts";

/** Who the device is to its broker. */
export interface Login {
  readonly user: string;
  /** Asked for whenever it connects, and wiped once it is written; `MAX_PASSWORD` octets at most. `undefined`: it does not log in. */
  readonly password: () => Bytes | undefined;
}

export interface MqttSettings {
  /** ASCII, as the texts below. */
  readonly clientId: string;
  readonly upTopic: string;
  readonly downTopic: string;
  readonly login?: Login;
  /** 0..65535 s; 0: none. A broker of MQTT 5 may set another. */
  readonly keepAliveS: number;
  /** Longest record, octets, as far as the modem takes it in one packet. */
  readonly mostRecord: number;
}

/** Longest password, octets. */
export const MAX_PASSWORD = 32;

/** What a record is, to whoever reads it off the broker. */
const RECORD_TYPE = "application/vnd.songbai.record";
/** A record or a waiting frame is worth nothing after a week; the session ends with it. */
const WEEK_S = 604800;
/** How long the broker may take for what it owes: a packet each way over a slow cell, sent several times. */
const BROKER_MS = 30000;
/** How long the hub may take from the broker's PUBACK on. */
const HUB_MS = 15000;
/** Packets down that wait for their PUBACK; a broker of 3.1.1 is not told and has 20 under way by habit (mosquitto). */
const ACKNOWLEDGEMENTS = 32;
/** Octets of a packet down that are kept: a topic of 37, a frame of 64, and room for properties. */
const KEPT = 128;
/** A longer packet down ends the connection. */
const LONGEST_DOWN = 4096;
/** What a PUBLISH of MQTT 5 adds to topic and record: header 3, topic length 2, identifier 2, properties 42. */
const PUBLISH_OVERHEAD = 49;
/** What a CONNECT adds to its texts: header 3, name and version 7, flags and keep-alive 3, properties 14, length of the identifier 2. */
const CONNECT_OVERHEAD = 29;

/** Flags of CONNECT (3.1.1 section 3.1.2.3). */
const CLEAN_START = 0x02;
const WITH_PASSWORD = 0x40;
const WITH_USER = 0x80;

const CLOSED = 0;
const CONNECTING = 1;
const SUBSCRIBING = 2;
const UP = 3;
const ENDING = 4;

/** Where the record stands. */
const NONE = 0;
const WAITING = 1;
const PUBLISHED = 2;
const HELD_BY_BROKER = 3;

/** Reason codes (MQTT 5.0 section 2.4) and return codes (3.1.1 table 3.1) that are told apart. */
const NO_SUBSCRIBER = 0x10;
const FAILURE = 0x80;
const WRONG_VERSION = 0x84;
const WRONG_VERSION_311 = 1;
const BUSY_311 = 3;
/** Of MQTT 5 from here to there: identifier, user, authorisation. */
const FIRST_REFUSAL = 0x85;
const LAST_REFUSAL = 0x87;
const BANNED = 0x8a;

const SUBSCRIPTION = 65535;

function sameText(text: string, bytes: Bytes, from: number, to: number): boolean {
  if (textLength(text) !== to - from) return false;
  for (let i = from; i < to; i++) {
    if (bytes[i] !== charCode(text, i - from)) return false;
  }
  return true;
}

/** Wildcards stand in no topic of a message (section 3.3.2.1). */
function isTopicName(bytes: Bytes, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    if (bytes[i] === 0x23 || bytes[i] === 0x2b) return false;
  }
  return to > from;
}

/** The reason codes that a PUBACK may bear (MQTT 5.0 section 3.4.2.1). */
function isPubackReason(code: number): boolean {
  return (
    code === 0 ||
    code === NO_SUBSCRIBER ||
    code === 0x80 ||
    code === 0x83 ||
    code === 0x87 ||
    code === 0x90 ||
    code === 0x91 ||
    code === 0x97 ||
    code === 0x99
  );
}

/** Octets of CONNECT. */
function sizeOfLogin(login: Login | undefined): number {
  return login === undefined ? 0 : 2 + textLength(login.user) + 2 + MAX_PASSWORD;
}

/** Octets of the longest packet that goes up: with a record, or that which connects. */
function roomFor({ clientId, upTopic, login }: MqttSettings, longest: number): number {
  const connect = CONNECT_OVERHEAD + textLength(clientId) + sizeOfLogin(login);
  const publish = PUBLISH_OVERHEAD + textLength(upTopic) + longest;
  return connect > publish ? connect : publish;
}

export function mqtt(timers: Timers, send: SocketSend, settings: MqttSettings, events: SessionEvents): Session {
  const { clientId, upTopic, downTopic, login } = settings;
  const mostRoom = MAX_SEND - PUBLISH_OVERHEAD - textLength(upTopic);
  const longest = settings.mostRecord < mostRoom ? settings.mostRecord : mostRoom;
  const writer = packetWriter(roomFor(settings, longest));
  const reader = packetReader(KEPT, LONGEST_DOWN, (first, body, length) => take(first, body, length));

  let version = MQTT_5;
  /** The broker has spoken this version: it is kept. */
  let proven = false;
  let clean = false;
  let state = CLOSED;
  let sending = false;

  let record = writer.bytes;
  let recordLength = 0;
  let stage = NONE;
  let identifier = 0;
  /** A frame has come down since the record was published: the hub has spoken. */
  let heard = false;

  /** Identifiers of packets down whose PUBACK is due: a ring. */
  const due = allocInts(ACKNOWLEDGEMENTS);
  let dueFirst = 0;
  let dueCount = 0;
  let pingDue = false;
  let subscribeDue = false;
  let goodbye = false;

  /** What the broker has said of itself. */
  let keepAliveS = 0;
  let qos = 1;
  let largest = longest;
  let aliases = 0;
  let aliasSet = false;

  let keepAlive = 0;
  let patience = 0;
  let hubPatience = 0;
  let pinged = false;

  function forget(): void {
    timers.cancel(keepAlive);
    timers.cancel(patience);
    timers.cancel(hubPatience);
    keepAlive = 0;
    patience = 0;
    hubPatience = 0;
    state = CLOSED;
    stage = NONE;
    sending = false;
    pingDue = false;
    subscribeDue = false;
    goodbye = false;
    pinged = false;
    dueCount = 0;
  }

  function fail(refused: boolean): void {
    forget();
    events.onFailed(refused);
  }

  function onSilence(): void {
    patience = 0;
    fail(false);
  }

  function expectAnswer(): void {
    if (patience === 0) patience = timers.after(BROKER_MS, onSilence);
  }

  /** The broker has answered; it may owe more. */
  function answered(): void {
    timers.cancel(patience);
    patience = 0;
    if (pinged || stage === PUBLISHED) expectAnswer();
  }

  function settle(): void {
    timers.cancel(hubPatience);
    hubPatience = 0;
    stage = NONE;
    events.onSettled();
  }

  function onHubSilence(): void {
    hubPatience = 0;
    settle();
  }

  function onQuiet(): void {
    keepAlive = 0;
    if (pinged) return;
    pingDue = true;
    pump();
  }

  /** A packet has gone: the time to the next ping begins anew. */
  function quiet(): void {
    timers.cancel(keepAlive);
    keepAlive = keepAliveS > 0 ? timers.after(keepAliveS * 1000, onQuiet) : 0;
  }

  function putConnect(): void {
    const secret = login === undefined ? undefined : login.password();
    let flags = clean ? CLEAN_START : 0;
    if (secret !== undefined) flags |= WITH_USER | WITH_PASSWORD;
    writer.begin(CONNECT);
    writer.text("MQTT");
    writer.octet(version);
    writer.octet(flags);
    writer.uint16(settings.keepAliveS);
    if (version === MQTT_5) {
      const place = writer.open();
      writer.octet(SESSION_EXPIRY);
      writer.uint32(WEEK_S);
      writer.octet(RECEIVE_MAXIMUM);
      writer.uint16(ACKNOWLEDGEMENTS);
      writer.octet(MAXIMUM_PACKET);
      writer.uint32(KEPT);
      writer.close(place);
    }
    writer.text(clientId);
    if (login === undefined || secret === undefined) return;
    writer.text(login.user);
    const length = secret.length < MAX_PASSWORD ? secret.length : MAX_PASSWORD;
    writer.uint16(length);
    writer.octets(secret, length);
    fillBytes(secret, 0, secret.length, 0);
  }

  function putSubscribe(): void {
    writer.begin(SUBSCRIBE);
    writer.uint16(SUBSCRIPTION);
    if (version === MQTT_5) writer.close(writer.open());
    writer.text(downTopic);
    writer.octet(1);
  }

  function putPublish(): void {
    writer.begin(qos === 1 ? PUBLISH | QOS_1 : PUBLISH);
    writer.text(aliasSet ? "" : upTopic);
    if (qos === 1) {
      identifier = identifier >= SUBSCRIPTION - 1 ? 1 : identifier + 1;
      writer.uint16(identifier);
    }
    if (version === MQTT_5) {
      const place = writer.open();
      writer.octet(MESSAGE_EXPIRY);
      writer.uint32(WEEK_S);
      writer.octet(CONTENT_TYPE);
      writer.text(RECORD_TYPE);
      if (aliases > 0) {
        writer.octet(TOPIC_ALIAS);
        writer.uint16(1);
        aliasSet = true;
      }
      writer.close(place);
    }
    writer.octets(record, recordLength);
  }

  /** Hands the packet that is written to the socket; answers whether it took it. */
  function put(): boolean {
    sending = true;
    quiet();
    if (send(writer.bytes, writer.end()) === OK) return true;
    fail(false);
    return false;
  }

  /** Sends what is due, one packet at a time: what the broker waits for first. */
  function pump(): void {
    if (sending || state === CLOSED || state === CONNECTING) return;
    if (dueCount > 0) {
      writer.begin(PUBACK);
      writer.uint16(due[dueFirst]);
      dueFirst = (dueFirst + 1) % ACKNOWLEDGEMENTS;
      dueCount -= 1;
      put();
    } else if (state === ENDING) {
      goodbye = true;
      writer.begin(DISCONNECT);
      put();
    } else if (subscribeDue) {
      subscribeDue = false;
      putSubscribe();
      if (put()) expectAnswer();
    } else if (stage === WAITING) {
      putPublish();
      if (!put()) return;
      stage = qos === 1 ? PUBLISHED : HELD_BY_BROKER;
      if (qos === 1) expectAnswer();
      else hubPatience = timers.after(HUB_MS, onHubSilence);
    } else if (pingDue) {
      pingDue = false;
      writer.begin(PINGREQ);
      if (!put()) return;
      pinged = true;
      expectAnswer();
    }
  }

  function onProperty(property: number, value: number): void {
    if (property === SERVER_KEEP_ALIVE) keepAliveS = value;
    else if (property === MAXIMUM_QOS) qos = value;
    else if (property === TOPIC_ALIAS_MAXIMUM) aliases = value;
    else if (property === MAXIMUM_PACKET && value > 0) {
      const room = value - PUBLISH_OVERHEAD - textLength(upTopic);
      if (room < largest) largest = room < 0 ? 0 : room;
    }
  }

  function ignore(): void {}

  /** The broker will not have this version, or this device. */
  function turnedAway(code: number): Result {
    if (version === MQTT_5 && (code === WRONG_VERSION || code === WRONG_VERSION_311)) {
      version = MQTT_311;
      fail(false);
    } else if (version === MQTT_5) {
      fail((code >= FIRST_REFUSAL && code <= LAST_REFUSAL) || code === BANNED);
    } else fail(code !== BUSY_311);
    return OK;
  }

  function takeConnack(body: Bytes, length: number): Result {
    if (state !== CONNECTING || length < 2 || body[0] > 1) return CORRUPT;
    const code = body[1];
    // A broker that knows 3.1.1 only answers in its own form.
    if (version === MQTT_5 && length === 2 && code === WRONG_VERSION_311 && body[0] === 0) return turnedAway(code);
    // A kept session is there only when it was asked for, and when the answer is yes.
    if (body[0] === 1 && (clean || code !== 0)) return CORRUPT;
    keepAliveS = settings.keepAliveS;
    qos = 1;
    largest = longest;
    aliases = 0;
    aliasSet = false;
    if (version === MQTT_5) {
      if (code > 0 && code < FAILURE) return CORRUPT;
      if (readProperties(body, 2, length, IN_CONNACK, onProperty) !== length) return CORRUPT;
    } else if (length !== 2 || code > 5) return CORRUPT;
    if (code !== 0) return turnedAway(code);
    proven = true;
    clean = false;
    state = SUBSCRIBING;
    subscribeDue = true;
    answered();
    pump();
    return OK;
  }

  function takeSuback(body: Bytes, length: number): Result {
    if (state !== SUBSCRIBING || length < 3 || getUint16(body, 0) !== SUBSCRIPTION) return CORRUPT;
    const at = version === MQTT_5 ? readProperties(body, 2, length, IN_ACK, ignore) : 2;
    if (at < 0 || at + 1 !== length) return CORRUPT;
    const code = body[at];
    if (code > 1) {
      if (code < FAILURE) return CORRUPT;
      fail(true);
      return OK;
    }
    state = UP;
    answered();
    events.onUp();
    return OK;
  }

  function takePuback(body: Bytes, length: number): Result {
    if (stage !== PUBLISHED || length < 2 || getUint16(body, 0) !== identifier) return CORRUPT;
    let code = 0;
    if (length > 2) {
      code = body[2];
      if (version !== MQTT_5 || !isPubackReason(code)) return CORRUPT;
      if (length > 3 && readProperties(body, 3, length, IN_ACK, ignore) !== length) return CORRUPT;
    }
    stage = HELD_BY_BROKER;
    answered();
    // Nobody listens, or the broker has not taken it: there is nothing to wait for.
    if (code !== 0 || heard) settle();
    else hubPatience = timers.after(HUB_MS, onHubSilence);
    return OK;
  }

  /** `length` may be above what `body` keeps: such a message is acknowledged, so that it does not come again, and dropped. */
  function takePublish(first: number, body: Bytes, length: number): Result {
    if (state !== SUBSCRIBING && state !== UP && state !== ENDING) return CORRUPT;
    const wants = first & QOS_1;
    const end = length < KEPT ? length : KEPT;
    const topicEnd = textEnd(body, 0, end);
    if (topicEnd < 0 || !isTopicName(body, 2, topicEnd)) return CORRUPT;
    let at = topicEnd;
    if (wants === QOS_1) {
      if (at + 2 > end || getUint16(body, at) === 0 || dueCount === ACKNOWLEDGEMENTS) return CORRUPT;
      at += 2;
    }
    if (version === MQTT_5) at = readProperties(body, at, end, IN_PUBLISH, ignore);
    if (at < 0) return CORRUPT;
    if (wants === QOS_1) {
      due[(dueFirst + dueCount) % ACKNOWLEDGEMENTS] = getUint16(body, topicEnd);
      dueCount += 1;
    }
    const size = length - at;
    if (size > 0 && size <= MAX_DOWN && length <= KEPT && sameText(downTopic, body, 2, topicEnd)) {
      copyBytes(body, at, body, 0, size);
      events.onDown(body, size);
      // Whatever the hub said, the outbox knows now what it holds. A PUBACK that is still due is waited for.
      heard = true;
      if (stage === HELD_BY_BROKER) settle();
    }
    pump();
    return OK;
  }

  function take(first: number, body: Bytes, length: number): Result {
    if ((first & 0xf0) === PUBLISH) return takePublish(first, body, length);
    if (length > KEPT) return CORRUPT;
    if (first === CONNACK) return takeConnack(body, length);
    if (first === SUBACK) return takeSuback(body, length);
    if (first === PUBACK) return takePuback(body, length);
    if (first === PINGRESP) {
      if (!pinged || length !== 0) return CORRUPT;
      pinged = false;
      answered();
      return OK;
    }
    // DISCONNECT, the last of what a broker may begin a packet with.
    if (version !== MQTT_5 || state < SUBSCRIBING) return CORRUPT;
    if (length > 0 && body[0] > 0 && body[0] < FAILURE) return CORRUPT;
    if (length > 1 && readProperties(body, 1, length, IN_DISCONNECT, ignore) !== length) return CORRUPT;
    fail(false);
    return OK;
  }

  return {
    opened: () => {
      forget();
      reader.reset();
      state = CONNECTING;
      putConnect();
      if (put()) expectAnswer();
    },
    data: (octets, length) => {
      if (state === CLOSED || reader.feed(octets, length) === OK || state === CLOSED) return;
      clean = true;
      fail(false);
    },
    sent: () => {
      sending = false;
      if (goodbye) {
        forget();
        events.onEnded();
      } else pump();
    },
    closed: () => {
      // Some brokers hang up on a version that they do not know.
      if (state === CONNECTING && !proven) version = version === MQTT_5 ? MQTT_311 : MQTT_5;
      forget();
    },
    maxPayload: () => largest,
    send: (octets, length) => {
      if (state !== UP || stage !== NONE) return BUSY;
      if (length > largest) return OUT_OF_RANGE;
      record = octets;
      recordLength = length;
      stage = WAITING;
      heard = false;
      pump();
      return OK;
    },
    end: () => {
      if (state !== SUBSCRIBING && state !== UP) {
        forget();
        events.onEnded();
        return;
      }
      state = ENDING;
      pump();
    },
  };
}
