import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";

export interface Got {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly payload: string;
  readonly data: {
    readonly count: number;
    readonly more: boolean;
    readonly byKind: readonly { readonly kind: string; readonly count: number }[];
    readonly findings: readonly {
      readonly id: string;
      readonly kind: string;
      readonly [field: string]: unknown;
    }[];
  };
}

/** A target on loopback that keeps what it got. */
export class Receiver {
  readonly got: Got[] = [];
  readonly #port: () => number;
  /** What it answers from now on. */
  answer: (response: ServerResponse, got: Got) => void = (response) => void response.writeHead(204).end();

  constructor(port: () => number) {
    this.#port = port;
  }

  static async open(t: TestContext): Promise<Receiver> {
    const server = createServer((request, response) => void receiver.#take(request, response));
    const receiver = new Receiver(() => (server.address() as AddressInfo).port);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    return receiver;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const payload = await text(request);
    const { data } = JSON.parse(payload) as Pick<Got, "data">;
    const got = { path: request.url ?? "", headers: request.headers, payload, data };
    this.got.push(got);
    this.answer(response, got);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port()}/hook/path-secret`;
  }

  answers(status: number, headers: { readonly [name: string]: string } = {}): void {
    this.answer = (response) => void response.writeHead(status, headers).end();
  }

  /** The id of each message that it got. */
  get ids(): readonly (string | undefined)[] {
    return this.got.map(({ headers }) => headers["webhook-id"] as string | undefined);
  }

  /** The records that each message names. */
  get told(): readonly (readonly string[])[] {
    return this.got.map(({ data }) => data.findings.map(({ id }) => id));
  }
}
