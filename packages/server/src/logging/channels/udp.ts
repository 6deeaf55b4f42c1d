import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import type { Channel } from "../channel.ts";

/** For how long the address of a name holds. */
const LOOKUP_MS = 60_000;

/** A datagram for each message (RFC 5426). Nobody says whether it arrived. */
export function openUdp({ host, port }: { readonly host: string; readonly port: number }): Channel {
  let open: { readonly socket: Socket; readonly address: string; readonly since: number } | undefined;
  let sent = 0;

  async function opened() {
    if (open && performance.now() - open.since < LOOKUP_MS) return open;
    const { address, family } = await lookup(host, { order: "ipv4first" });
    open?.socket.close();
    const socket = createSocket(family === 6 ? "udp6" : "udp4").unref();
    socket.on("error", () => {});
    open = { socket, address, since: performance.now() };
    return open;
  }
  return {
    async send(messages) {
      const { socket, address } = await opened();
      for (; sent < messages.length; sent++) await sendOne(socket, messages[sent] as string, port, address);
      sent = 0;
    },
    async close() {
      open?.socket.close();
    },
  };
}

function sendOne(socket: Socket, message: string, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(message, port, address, (error) => (error ? reject(error) : resolve()));
  });
}
