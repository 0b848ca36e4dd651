import { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";

/**
 * The stream of a board as firmata-io takes its transport. firmata-io trusts what it parses and throws where octets were garbled
 * (a pin that is not there, a negative length); here that loses one message, and the next one is read again.
 */
export function wire(stream: Duplex, onOctets: () => void): EventEmitter {
  const transport = Object.assign(new EventEmitter(), {
    write: (octets: Buffer, done?: () => void) => stream.write(octets, () => done?.()),
  });
  stream.on("data", (octets: Buffer) => {
    onOctets();
    for (const octet of octets) {
      try {
        transport.emit("data", [octet]);
      } catch {
        // The next octet above 0x7f begins a message.
      }
    }
  });
  return transport;
}
