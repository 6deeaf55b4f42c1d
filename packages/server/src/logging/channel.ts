/** A way to a place outside: a file, a stream, a syslog server. It takes whole batches of lines, one at a time. */
export interface Channel {
  /** Rejects if the batch did not get through; then the same one comes again. */
  send(lines: readonly string[]): Promise<void>;
  /** Begins the file anew, where it is one. */
  reopen?(): Promise<void>;
  close(): Promise<void>;
}

/** Hands all of it over to the system. */
export function writeTo(stream: NodeJS.WritableStream, bytes: string | Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(bytes as string, (error) => (error ? reject(error) : resolve()));
  });
}
