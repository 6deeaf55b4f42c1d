import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Delivery, Store } from "@drett/core";
import { signer } from "../../src/webhooks/signature.ts";
import type { Target } from "../../src/webhooks/target.ts";
import { Webhooks, type WebhooksOptions } from "../../src/webhooks/webhooks.ts";
import { intent, type TestServer, type Told, testServer } from "../support/test-server.ts";
import { Receiver } from "./receiver.ts";

export const SECRET = Buffer.from("0123456789abcdef0123456789abcdef");

export const targetAt = ({ url }: Receiver, more: Partial<Target> = {}): Target => ({
  name: "team",
  url: new URL(url),
  sign: signer([SECRET]),
  everyMs: 60_000,
  isPrivate: true,
  ...more,
});

export interface TellerOptions extends Partial<Omit<WebhooksOptions, "engine" | "targets">> {
  readonly store?: Store;
  readonly target?: Partial<Target>;
  readonly targets?: readonly Target[];
  readonly receiver?: Receiver;
}

/** A server that tells a receiver, turn by turn, by a clock that stands still until it is moved. */
export class Teller {
  readonly server: TestServer;
  readonly receiver: Receiver;
  readonly attempts: Delivery[] = [];
  readonly #webhooks: Webhooks;

  constructor(server: TestServer, receiver: Receiver, options: TellerOptions) {
    const { target = {}, targets = [targetAt(receiver, target)], ...more } = options;
    this.server = server;
    this.receiver = receiver;
    let made = 0;
    this.#webhooks = new Webhooks({
      engine: server.engine,
      targets,
      newId: () => `${++made}-${crypto.randomUUID()}`,
      onAttempt: (_, delivery) => void this.attempts.push(delivery),
      random: () => 0.5,
      monotonic: () => server.clock.now(),
      ...more,
    });
  }

  static async open(t: TestContext, options: TellerOptions = {}): Promise<Teller> {
    const { receiver = await Receiver.open(t), store } = options;
    return new Teller(testServer(t, store && { store }), receiver, options);
  }

  /** So many seconds later. */
  turn(seconds = 0, signal = new AbortController().signal): Promise<number> {
    this.server.clock.advance(seconds);
    return this.#webhooks.turn(signal);
  }

  /** What stands in the list of webhooks. */
  async list(): Promise<readonly { name: string; host: string; deliveries: readonly Listed[] }[]> {
    const { body } = await this.server.look("list-webhooks");
    return body.items as never;
  }

  /** Tells the server a command, which it takes. */
  async tell(name: string, told: Told): Promise<void> {
    const { status, text } = await this.server.tell(name, told);
    assert.ok(status < 300, text);
  }

  /** Resources whose planning never ended: an `overdue-intent` each. */
  async lose(...ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.tell("register-intent", { id, ...intent, timeoutSeconds: 0 });
    await this.passes(1);
  }

  async passes(seconds: number): Promise<void> {
    this.server.clock.advance(seconds);
    await this.server.engine.sweep();
  }
}

interface Listed {
  readonly id: string;
  readonly findings: number;
  readonly attempts: number;
  readonly outcome?: string;
  readonly status?: number;
  readonly error?: string;
  readonly delivered?: string;
  readonly next?: string;
}
