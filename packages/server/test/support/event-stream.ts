import type { TestContext } from "node:test";
import { RawConnection, requestText } from "./raw-connection.ts";

interface StreamOptions {
  readonly path?: string;
  readonly headers?: { readonly [name: string]: string };
}

/** A reader of the feed that keeps what it is told. */
export class EventStream {
  readonly #connection: RawConnection;
  readonly head: string;

  private constructor(connection: RawConnection, head: string) {
    this.#connection = connection;
    this.head = head;
  }

  static async open(t: TestContext, port: number, options: StreamOptions = {}): Promise<EventStream> {
    const { path = "/v1/events", headers = {} } = options;
    const connection = await RawConnection.open(t, port);
    connection.send(requestText("GET", path, "", { accept: "text/event-stream", ...headers }));
    const [head] = await connection.until(/^HTTP[^]*?\r\n\r\n/);
    return new EventStream(connection, head);
  }

  /** What it was told so far. */
  received(): unknown[] {
    return this.#all().map(({ data }) => JSON.parse(data) as unknown);
  }

  /** Resolves when it was told so many events or more. */
  async events(count: number): Promise<unknown[]> {
    await this.#connection.when(() => (this.#all().length >= count ? true : undefined));
    return this.received();
  }

  get lastId(): string {
    return this.#all().at(-1)?.id ?? "";
  }

  idOf(place: number): string {
    return this.#all()[place]?.id ?? "";
  }

  until(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#connection.until(pattern);
  }

  /** Resolves when the connection has ended. */
  get ended(): Promise<void> {
    return this.#connection.closed;
  }

  close(): void {
    this.#connection.socket.destroy();
  }

  #all(): { id: string; data: string }[] {
    const text = this.#connection.received
      .slice(this.head.length)
      .replaceAll(/\r\n[0-9a-f]+\r\n|^[0-9a-f]+\r\n/g, "");
    return [...text.matchAll(/id: ([^\n]+)\nevent: fact\ndata: ([^\n]+)\n\n/g)].map(
      ([, id = "", data = ""]) => ({ id, data }),
    );
  }
}
