/**
 * An MQTT broker in simulated time, on npm mqtt-packet, with the hub behind it: what devices publish to `songbai/v1/<device>/up` goes to
 * the hub, and what the hub answers goes out on `/down`. It keeps a session, and what was not acknowledged in it, until the device is back.
 */
import mqttPacket, { type IConnectPacket, type IPublishPacket, type ISubscribePacket, type Packet } from "mqtt-packet";
import type { RecordOutcome, RecordServer } from "../record-server.ts";
import type { FarSocket, SocketEvents } from "./network.ts";

const UP = /^songbai\/v1\/((?:[0-9A-F]{4}-){3}[0-9A-F]{4})\/up$/;
/** Reason codes of MQTT 5: the hub could not keep it; there is no such thing here. */
const UNSPECIFIED = 0x80;

interface Session {
  /** By packet identifier. */
  readonly unacknowledged: Map<number, IPublishPacket>;
  last: number;
}

/** Octets of a printed device id. */
export function idOctets(printed: string): Uint8Array {
  return new Uint8Array(Buffer.from(printed.replaceAll("-", ""), "hex"));
}

export interface BrokerOptions {
  readonly server: RecordServer;
  /** Seconds since 1970. */
  readonly timeS: () => number;
  /** What the hub made of a record. */
  readonly report?: (outcome: RecordOutcome) => void;
  /** The highest version it speaks: 5, or 4 for 3.1.1. */
  readonly version?: 4 | 5;
}

/** Answers a function that takes connections. */
export function cellBroker({
  server,
  timeS,
  report = () => {},
  version = 5,
}: BrokerOptions): (tell: SocketEvents) => FarSocket {
  const sessions = new Map<string, Session>();

  return (tell) => {
    const parser = mqttPacket.parser();
    let connected: { readonly id: string; readonly session: Session; readonly version: 4 | 5 } | undefined;
    const aliases = new Map<number, string>();
    let open = true;

    function say(packet: object): void {
      if (open)
        tell.data(new Uint8Array(mqttPacket.generate(packet as Packet, { protocolVersion: connected?.version ?? version })));
    }

    function hangUp(): void {
      if (open) tell.closed();
      open = false;
    }

    function tellDevice(payload: Uint8Array): void {
      if (connected === undefined) return;
      const { id, session } = connected;
      session.last = (session.last % 65535) + 1;
      const packet: IPublishPacket = {
        cmd: "publish",
        topic: `songbai/v1/${id}/down`,
        payload: Buffer.from(payload),
        qos: 1,
        dup: false,
        retain: false,
        messageId: session.last,
      };
      session.unacknowledged.set(session.last, packet);
      say(packet);
    }

    function connect(packet: IConnectPacket): void {
      const asked = packet.protocolVersion === 5 ? 5 : 4;
      if (asked > version) {
        say({ cmd: "connack", returnCode: 1, sessionPresent: false });
        hangUp();
        return;
      }
      const known = packet.clean === true ? undefined : sessions.get(packet.clientId);
      const session = known ?? { unacknowledged: new Map(), last: 0 };
      sessions.set(packet.clientId, session);
      connected = { id: packet.clientId, session, version: asked };
      const properties = asked === 5 ? { properties: { topicAliasMaximum: 1, receiveMaximum: 8 } } : {};
      say({ cmd: "connack", returnCode: 0, reasonCode: 0, sessionPresent: known !== undefined, ...properties });
      for (const waiting of session.unacknowledged.values()) say({ ...waiting, dup: true });
    }

    function subscribe(packet: ISubscribePacket): void {
      say({ cmd: "suback", messageId: packet.messageId, granted: packet.subscriptions.map(({ qos }) => Math.min(qos, 1)) });
      const waiting =
        connected && UP.test(`songbai/v1/${connected.id}/up`) && server.waiting?.(idOctets(connected.id), timeS());
      if (waiting instanceof Uint8Array) tellDevice(waiting);
    }

    function publish(packet: IPublishPacket): void {
      const alias = packet.properties?.topicAlias;
      if (alias !== undefined && packet.topic !== "") aliases.set(alias, packet.topic);
      const topic = packet.topic === "" && alias !== undefined ? aliases.get(alias) : packet.topic;
      const device = UP.exec(topic ?? "")?.[1];
      let reasonCode = 0;
      let outcome: RecordOutcome = {};
      try {
        if (device !== undefined) {
          outcome = server.record(idOctets(device), new Uint8Array(packet.payload as Buffer), timeS());
          report(outcome);
        }
      } catch {
        // The hub could not keep it: the device sends it again.
        reasonCode = UNSPECIFIED;
      }
      if (packet.qos > 0) say({ cmd: "puback", messageId: packet.messageId, reasonCode });
      if (outcome.answer !== undefined) tellDevice(outcome.answer);
      const waiting = device === undefined ? undefined : server.waiting?.(idOctets(device), timeS());
      if (waiting !== undefined) tellDevice(waiting);
    }

    parser.on("packet", (packet: Packet) => {
      if (!open) return;
      if (packet.cmd === "connect") connect(packet);
      else if (connected === undefined) hangUp();
      else if (packet.cmd === "publish") publish(packet);
      else if (packet.cmd === "subscribe") subscribe(packet);
      else if (packet.cmd === "puback") connected.session.unacknowledged.delete(packet.messageId ?? 0);
      else if (packet.cmd === "pingreq") say({ cmd: "pingresp" });
      else hangUp();
    });
    parser.on("error", hangUp);

    return {
      send: (octets) => {
        if (open) parser.parse(Buffer.from(octets));
      },
      close: () => {
        open = false;
      },
    };
  };
}
