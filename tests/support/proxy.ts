import { connect, createServer, type Server, type Socket } from "node:net";

/** A door between a client and a server on this machine: shut it, and to the client the server is gone. */
export interface Door {
  readonly port: number;
  open(): Promise<void>;
  shut(): Promise<void>;
}

export async function doorTo(targetPort: () => number): Promise<Door> {
  let server: Server | undefined;
  let port = 0;
  const sockets = new Set<Socket>();

  async function open(): Promise<void> {
    server = createServer((client) => {
      const target = connect(targetPort(), "127.0.0.1");
      for (const socket of [client, target]) {
        sockets.add(socket);
        socket.on("error", () => socket.destroy());
        socket.on("close", () => {
          sockets.delete(socket);
          client.destroy();
          target.destroy();
        });
      }
      client.pipe(target).pipe(client);
    });
    await new Promise<void>((resolve) => server?.listen(port, "127.0.0.1", resolve));
    port = (server.address() as { port: number }).port;
  }

  await open();
  return {
    get port() {
      return port;
    },
    open,
    async shut() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server?.close(resolve));
    },
  };
}
