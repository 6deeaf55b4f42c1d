import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import {
  type Clock,
  COMMANDS,
  Engine,
  type EngineOptions,
  MemoryStore,
  READS,
  type RefusalCode,
  type Store,
} from "@drett/core";
import type { FastifyInstance, InjectOptions } from "fastify";
import { pino } from "pino";
import type { Gate } from "../../src/access/gate.ts";
import { createHttp, type HttpOptions, type HttpServer } from "../../src/http/app.ts";
import type { Status } from "../../src/http/status.ts";
import { type Answer, type Body, checkAnswer } from "./contract.ts";

export const START = Date.parse("2026-11-23T09:30:00.000Z");

/** Stands still until it is told. */
class TestClock implements Clock {
  #now = START;
  now = () => this.#now;
  advance(seconds: number): void {
    this.#now += seconds * 1_000;
  }
}

export interface TestServerOptions {
  readonly store?: Store;
  readonly engine?: Partial<EngineOptions>;
  readonly http?: Partial<HttpOptions>;
  readonly ready?: Status["ready"];
}

/** The fields of a command. */
export interface Told {
  readonly id?: string;
  readonly [field: string]: unknown;
}

const OPEN: Gate = {
  isOpen: true,
  identify: () => "local",
  admit: () => "local",
  hesitate: () => undefined,
  charge() {},
};

/** A whole server but for what `startServer` puts around it: over memory, with a clock and ids that are told. */
export class TestServer {
  readonly store: Store;
  readonly engine: Engine;
  readonly clock = new TestClock();
  readonly app: FastifyInstance;
  readonly routes: HttpServer["routes"];
  readonly errors: unknown[] = [];
  readonly close: () => Promise<void>;

  constructor({ store = new MemoryStore(), engine = {}, http = {}, ready }: TestServerOptions = {}) {
    this.store = store;
    let minted = 0;
    const onError = (error: unknown) => void this.errors.push(error);
    const newId = () => `d${++minted}`;
    this.engine = new Engine({ store, newId, clock: this.clock, onError, ...engine });
    const { app, routes, close } = createHttp({
      engine: this.engine,
      status: {
        version: "1.2.3",
        openapi: () => '{"openapi":"3.1.0"}',
        ready: ready ?? (() => Promise.resolve(undefined)),
        metrics: () => Promise.resolve("# metrics\n"),
      },
      hosts: [],
      gate: OPEN,
      requestMs: 5_000,
      idleMs: 5_000,
      feed: { stallMs: 5_000, pollMs: 60_000 },
      log: pino({ level: "silent" }),
      onError,
      ...http,
    });
    this.app = app;
    this.routes = routes;
    this.close = close;
  }

  /** Sends it, and holds the answer against the contract. */
  async ask(request: InjectOptions): Promise<Answer & { readonly body: Body }> {
    const { statusCode: status, headers, payload: text } = await this.app.inject(request);
    const body = checkAnswer(request.method ?? "GET", String(request.url), { status, headers, text });
    return { status, headers, text, body };
  }

  /** Tells it a command by its own route. */
  tell(name: string, { id = "", ...input }: Told = {}) {
    const [, path] = routeOf(COMMANDS, name);
    const isInPath = path.includes("{id}");
    const payload = isInPath || id === "" ? input : { id, ...input };
    return this.ask({ method: "POST", url: path.replace("{id}", id), payload });
  }

  /** Asks a question by its own route. */
  look(name: string, { id = "", ...query }: { readonly [field: string]: string } = {}) {
    const [, path] = routeOf(READS, name);
    return this.ask({ url: path.replace("{id}", id), query });
  }

  /** Sends what must be refused with this code, and holds that it left nothing behind. */
  async refuses(request: InjectOptions, code: RefusalCode): Promise<Body> {
    const before = await contentsOf(this.store);
    const { body } = await this.ask(request);
    assert.equal(body.code, code, JSON.stringify(body));
    assert.deepEqual(await contentsOf(this.store), before, "a refusal leaves everything as it was");
    return body;
  }

  /** Opens a port on loopback. */
  async listen(): Promise<number> {
    await this.app.listen({ host: "127.0.0.1", port: 0 });
    return (this.app.server.address() as { port: number }).port;
  }
}

/** One that is closed when the test ends. */
export function testServer(t: TestContext, options?: TestServerOptions): TestServer {
  const server = new TestServer(options);
  t.after(() => server.close());
  return server;
}

function routeOf(operations: readonly { name: string; route?: string }[], name: string): [string, string] {
  const [method = "", path = ""] = operations.find((it) => it.name === name)?.route?.split(" ") ?? [];
  return [method, path];
}

/** All records and all events, to be compared with what is there later. */
export async function contentsOf(store: Store): Promise<object> {
  const records: unknown[] = [];
  for (let cursor: string | undefined, page; page === undefined || cursor !== undefined; cursor = page.next) {
    page = await store.query({ order: "newest", limit: 1_000, ...(cursor === undefined ? {} : { cursor }) });
    records.push(...page.records);
  }
  const events: unknown[] = [];
  for (let after: string | undefined, size = 1; size > 0; ) {
    const page = await store.events(after, 1_000);
    ({ cursor: after } = page);
    size = page.events.length;
    events.push(...page.events.map(({ cursor, kind, id, fact }) => [cursor, kind, id, fact]));
  }
  return { records, events };
}

/** How many facts are in the feed. */
export async function countFacts(store: Store): Promise<number> {
  return ((await contentsOf(store)) as { events: unknown[] }).events.length;
}

export const intent = { application: "probe", type: "vm", owner: "lpds" };
