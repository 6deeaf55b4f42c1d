import { once } from "node:events";
import { connect, createServer, type NetConnectOpts, type Server, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

type Direction = "request" | "reply";

/** What shall be lost the next time. */
interface Loss {
  readonly of: Direction;
  readonly containing: string;
  readonly happened: () => void;
}

interface Pair {
  readonly sockets: Record<Direction, Socket>;
  /** Its request went through here. */
  losing?: Loss;
}

const NOTHING = () => {};

/** Stands between a client and a server on loopback, and does what bad networks do. */
export class TcpProxy {
  readonly host = "127.0.0.1";
  readonly #target: NetConnectOpts;
  readonly #pairs = new Set<Pair>();
  readonly #server: Server;
  #delayMs = 0;
  #flowing: Promise<void> = Promise.resolve();
  #flow: () => void = NOTHING;
  #loss: Loss | undefined;

  private constructor(target: NetConnectOpts) {
    this.#target = target;
    this.#server = createServer((client) => this.#join(client));
  }

  static async start(target: NetConnectOpts): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    proxy.#server.listen(0, proxy.host);
    await once(proxy.#server, "listening");
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** Ends all connections at once. */
  cut(): void {
    for (const pair of this.#pairs) this.#end(pair);
  }

  /** From now on nothing gets through in either direction, and nobody is told. */
  stall(): void {
    if (this.#flow !== NOTHING) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    [this.#flowing, this.#flow] = [promise, resolve];
  }

  /** Lets through what was stalled. */
  resume(): void {
    this.#flow();
    this.#flow = NOTHING;
  }

  /** Whatever comes is passed on so much later. */
  delay(milliseconds: number): void {
    this.#delayMs = milliseconds;
  }

  /**
   * Ends the connection on which the next request comes that contains the text: instead of passing it on ("request"),
   * or instead of passing on the answer to it ("reply"). Resolves when it has happened.
   */
  lose(of: Direction, containing: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#loss = { of, containing, happened: resolve };
    return promise;
  }

  async close(): Promise<void> {
    this.resume();
    const closed = once(this.#server, "close");
    this.#server.close();
    this.cut();
    await closed;
  }

  #join(client: Socket): void {
    const server = connect(this.#target);
    const pair: Pair = { sockets: { request: client, reply: server } };
    this.#pairs.add(pair);
    void this.#pass(pair, "request", client, server);
    void this.#pass(pair, "reply", server, client);
  }

  async #pass(pair: Pair, direction: Direction, from: Socket, to: Socket): Promise<void> {
    to.on("error", () => this.#end(pair));
    try {
      for await (const bytes of from as AsyncIterable<Buffer>) {
        if (this.#delayMs > 0) await wait(this.#delayMs);
        await this.#flowing;
        if (this.#isLost(pair, direction, bytes)) break;
        if (!to.write(bytes)) await once(to, "drain");
      }
    } catch {
      // Whoever is still there learns it by the end of the connection.
    }
    this.#end(pair);
  }

  #isLost(pair: Pair, direction: Direction, bytes: Buffer): boolean {
    if (direction === "reply") {
      if (!pair.losing) return false;
    } else {
      if (!this.#loss || !bytes.includes(this.#loss.containing)) return false;
      pair.losing = this.#loss;
      this.#loss = undefined;
      if (pair.losing.of === "reply") return false;
    }
    pair.losing?.happened();
    return true;
  }

  #end(pair: Pair): void {
    this.#pairs.delete(pair);
    for (const socket of Object.values(pair.sockets)) socket.destroy();
  }
}
