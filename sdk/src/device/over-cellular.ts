/** Cellular as the manifest asks for it. A product that names `overMqtt` or `overCoap` has only that in its bundle. */
import type { Bearer } from "../bearer/bearer.ts";
import { type CellularSettings, cellular, type SessionMaker } from "../bearer/cellular/cellular.ts";
import { coap } from "../bearer/cellular/coap.ts";
import { mqtt } from "../bearer/cellular/mqtt.ts";
import { TCP, TLS, UDP } from "../bearer/cellular/transport.ts";
import { type Bytes, textSlice } from "../lang/intrinsics.ts";
import { MAX_RECORD } from "../record/journal.ts";
import type { Wiring } from "./wiring.ts";

/** Below the half hour after which many networks forget an idle TCP connection. */
const KEEP_ALIVE_S = 1200;
/** A record and its head fit one; longer blocks only make a lost datagram dearer. */
const BLOCK_BYTES = 256;

function digit(value: number): string {
  return textSlice("0123456789ABCDEF", value, value + 1);
}

/** A device id as topics and paths have it: 7A3F-11C0-0000-0042. */
export function deviceName(deviceId: Bytes): string {
  let name = "";
  for (let i = 0; i < deviceId.length; i++) {
    const octet = deviceId[i];
    const dash = i > 0 && (i & 1) === 0 ? "-" : "";
    name = name + dash + digit(octet >> 4) + digit(octet & 15);
  }
  return name;
}

function bearerOver(
  { board, manifest, onReady, onCommand }: Wiring,
  datagrams: boolean,
  make: SessionMaker,
): Bearer | undefined {
  const settings = manifest.bearers.cellular;
  if (settings === undefined || board.modem === undefined) return undefined;
  const socket: CellularSettings = {
    transport: datagrams ? UDP : settings.tls ? TLS : TCP,
    host: settings.host,
    port: settings.port,
    idleS: settings.psm === undefined ? 0 : settings.psm.activeS,
  };
  return cellular(board.modem, board.timers, board.random, socket, make, onReady, onCommand);
}

/**
 * MQTT, 5 or what the broker speaks. A device that was provisioned with a password for its broker logs in with it, as the user of its id;
 * it is read from flash for each connection, and is in no manifest.
 */
export function overMqtt(wiring: Wiring): Bearer | undefined {
  const { fields, brokerPassword } = wiring.identity;
  const clientId = deviceName(fields.deviceId);
  return bearerOver(wiring, false, (send, events) =>
    mqtt(
      wiring.board.timers,
      send,
      {
        clientId,
        upTopic: `songbai/v1/${clientId}/up`,
        downTopic: `songbai/v1/${clientId}/down`,
        keepAliveS: KEEP_ALIVE_S,
        mostRecord: MAX_RECORD,
        login: { user: clientId, password: brokerPassword },
      },
      events,
    ),
  );
}

/** CoAP over UDP. */
export function overCoap(wiring: Wiring): Bearer | undefined {
  const path = ["r", deviceName(wiring.identity.fields.deviceId)];
  return bearerOver(wiring, true, (send, events) =>
    coap(wiring.board.timers, wiring.board.random, send, { path, blockBytes: BLOCK_BYTES }, events),
  );
}

/** What the manifest says. */
export function overCellular(wiring: Wiring): Bearer | undefined {
  const settings = wiring.manifest.bearers.cellular;
  return settings !== undefined && settings.protocol === "coap" ? overCoap(wiring) : overMqtt(wiring);
}
