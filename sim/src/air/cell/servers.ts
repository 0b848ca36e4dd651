/** The servers behind the simulated mobile network: the broker for streams, CoAP for datagrams, both before the same hub. */
import { UDP } from "@songbai/sdk/bearer/cellular/transport";
import { type BrokerOptions, cellBroker } from "./broker.ts";
import { coapServer } from "./coap-server.ts";
import type { FarEnd } from "./network.ts";

/** Any host and port will do: a scenario has one hub. */
export function cellServers(options: BrokerOptions): FarEnd {
  const broker = cellBroker(options);
  const coap = coapServer(options.server, options.report);
  return {
    open(transport, _host, _port, tell) {
      if (transport !== UDP) return broker(tell);
      return {
        send(octets) {
          const answer = coap.take(octets, "device", options.timeS());
          if (answer !== undefined) tell.data(answer);
        },
        close() {},
      };
    },
  };
}
