import { type Channel, writeTo } from "../channel.ts";
import { appendToDescriptor } from "./file.ts";

/** Node has no public names for them. Left as it is, a write to a pipe that nobody reads would stop the server. */
type Inside = {
  readonly _type?: string;
  readonly _handle?: { setBlocking?(isBlocking: boolean): void };
};

/** Standard output or standard error, whatever it leads to. */
export function openStdio(stream: NodeJS.WriteStream & { readonly fd: number }): Channel {
  const { _type, _handle } = stream as Inside;
  // To a file Node writes synchronously, and a disk may hang too.
  if (_type === "fs") return appendToDescriptor(stream.fd);
  _handle?.setBlocking?.(false);
  // Each write hears of its own error; unheard, it would end the process.
  if (stream.listenerCount("error") === 0) stream.on("error", () => {});
  return { send: (lines) => writeTo(stream, lines.join("")), close: () => Promise.resolve() };
}
