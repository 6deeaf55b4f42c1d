import { connect, type Socket } from "node:net";
import { type Channel, writeTo } from "../channel.ts";

const CONNECT_MS = 5_000;

/** One connection, made anew when it is gone. Each message is preceded by its length in bytes (RFC 6587, 3.4.1). */
export function openTcp({ host, port }: { readonly host: string; readonly port: number }): Channel {
  let connection: Socket | undefined;
  return {
    async send(messages) {
      if (!connection?.writable) connection = await connected(host, port);
      await writeTo(connection, messages.map(framed).join(""));
    },
    close() {
      return new Promise((resolve) => (connection?.writable ? connection.end(resolve) : resolve()));
    },
  };
}

const framed = (message: string) => `${Buffer.byteLength(message)} ${message}`;

function connected(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, keepAlive: true }).unref();
    socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error(`${host}:${port} does not answer`)));
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.off("error", reject);
      // Each write hears of its own; between two of them there is nobody to tell.
      socket.on("error", () => {});
      // What it says is not of interest, but that it hangs up is.
      socket.resume();
      resolve(socket);
    });
  });
}
