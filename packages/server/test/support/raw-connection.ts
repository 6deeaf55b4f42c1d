import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { TestContext } from "node:test";
import type { Answer } from "./contract.ts";

/** A connection on which anything can be said, and on which all that comes back is kept. */
export class RawConnection {
  readonly socket: Socket;
  received = "";
  /** Resolves when the server has closed the connection, or has broken it off. */
  readonly closed: Promise<void>;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => (this.received += text));
    socket.on("error", () => {});
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
  }

  static async open(t: TestContext, port: number): Promise<RawConnection> {
    const socket = connect(port, "127.0.0.1");
    t.after(() => socket.destroy());
    await once(socket, "connect");
    return new RawConnection(socket);
  }

  send(text: string | Buffer): void {
    this.socket.write(text);
  }

  /** Resolves when what was received can be read so; rejects when the connection is closed before. */
  async when<Result>(read: (received: string) => Result | undefined | null): Promise<Result> {
    for (;;) {
      const result = read(this.received);
      if (result != null) return result;
      if (this.socket.closed) throw new Error(`closed after ${JSON.stringify(this.received.slice(-500))}`);
      await Promise.race([once(this.socket, "data"), this.closed]);
    }
  }

  until(pattern: RegExp): Promise<RegExpExecArray> {
    return this.when((received) => pattern.exec(received));
  }

  /** Resolves when so many whole answers are there. */
  answers(count: number): Promise<Answer[]> {
    return this.when((received) => {
      const answers = readAnswers(received);
      return answers.length >= count ? answers : undefined;
    });
  }
}

/** One request as it travels. */
export function requestText(
  method: string,
  path: string,
  body = "",
  headers: { readonly [name: string]: string | number } = {},
): string {
  const all = {
    host: "localhost",
    "content-type": "application/json",
    "content-length": body.length,
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}

/** The whole answers in the text, one behind the other. What is no answer, or half of one, is an error at the end. */
export function readAnswers(text: string): Answer[] {
  const answers: Answer[] = [];
  for (let rest = text; rest !== ""; ) {
    const head = /^HTTP\/1\.1 (\d{3}) [^\r]*\r\n((?:[^\r]+\r\n)*)\r\n/.exec(rest);
    if (!head) break;
    const lines = (head[2] as string).split("\r\n").filter((line) => line !== "");
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(":")).toLowerCase(),
        line.slice(line.indexOf(":") + 1).trim(),
      ]),
    );
    const length = Number(headers["content-length"] ?? 0);
    const body = rest.slice(head[0].length, head[0].length + length);
    if (body.length < length) break;
    const status = Number(head[1]);
    answers.push({ status, headers, text: Buffer.from(body, "latin1").toString() });
    rest = rest.slice(head[0].length + length);
  }
  return answers;
}
