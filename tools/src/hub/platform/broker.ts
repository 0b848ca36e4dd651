/** An MQTT broker of our own, for runs without another: npm aedes (MQTT 3.1.1) on the loopback interface. */
import { createServer, type Socket } from "node:net";
import { Aedes } from "aedes";

export interface Broker {
  /** Such as mqtt://127.0.0.1:41883. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts a broker on 127.0.0.1; port 0 takes any free one. Nothing outside this machine can reach it. */
export async function startBroker(port = 0): Promise<Broker> {
  const aedes = await Aedes.createBroker();
  const server = createServer(aedes.handle);
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  const listening = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `mqtt://127.0.0.1:${listening}`,
    port: listening,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => aedes.close(resolve));
    },
  };
}
