/** Records by CoAP over UDP: the socket of `sim/src/air/cell/coap-server.ts`. */
import { createSocket } from "node:dgram";
import { coapServer } from "@songbai/sim/air/cell/coap-server";
import type { RecordOutcome, RecordServer } from "@songbai/sim/air/record-server";
import { InputError } from "@songbai/sim/scenario/input-error";
import { type Door, nowS } from "./door.ts";

export interface CoapDoorOptions {
  readonly server: RecordServer;
  /** 5683 by habit; 0: any free one. */
  readonly port: number;
  readonly address: string;
  readonly log: (sentence: string) => void;
  readonly told?: (outcome: RecordOutcome) => void;
}

export interface CoapDoor extends Door {
  readonly port: number;
}

/** Listens. Throws `InputError` when the port cannot be had. */
export async function coapDoor({ server, port, address, log, told }: CoapDoorOptions): Promise<CoapDoor> {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  const coap = coapServer(server, (outcome) => {
    if (outcome.rejected !== undefined) log(`Refused by CoAP: ${outcome.rejected}.`);
    told?.(outcome);
  });
  await new Promise<void>((resume, refuse) => {
    socket.once("error", (error: NodeJS.ErrnoException) =>
      refuse(new InputError(`The hub cannot listen on UDP port ${port} of ${address} (${error.code}).`)),
    );
    socket.bind(port, address, resume);
  });
  socket.removeAllListeners("error");
  socket.on("error", (error) => log(`The hub's CoAP socket failed: ${error.message}.`));
  socket.on("message", (datagram, from) => {
    const answer = coap.take(datagram, `${from.address}:${from.port}`, nowS());
    if (answer !== undefined) socket.send(answer, from.port, from.address, () => {});
  });
  return {
    port: socket.address().port,
    where: `CoAP on UDP ${address}:${socket.address().port}`,
    counts: () => coap.counts(),
    close: () => new Promise((resume) => socket.close(() => resume())),
  };
}
