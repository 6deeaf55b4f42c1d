import assert from "node:assert/strict";
import { type EngineOptions, type Policy, Reclaimer, type Served } from "@drett/core";
import { type CloudOptions, type FakeCloud, fakeCloudProvider, startFakeCloud } from "@drett/fake-cloud";
import { Drett } from "../../packages/client/src/drett.ts";
import { systemRuntime } from "../../packages/client/src/runtime.ts";
import { DEFAULTS } from "../../packages/core/src/domain/defaults.ts";
import { minute, type Saying } from "../../packages/core/src/domain/testing/given.ts";
import { hearsWell, keptIn, standingAt } from "../../packages/core/src/engine/testing/engines.ts";
import { policy } from "../../packages/core/src/engine/testing/reclaim-world.ts";
import { TestServer } from "../../packages/server/test/support/test-server.ts";

export interface StoryOptions {
  /** Without any, drett only finds. */
  readonly policies?: readonly Policy[];
  readonly cloud?: CloudOptions;
  readonly served?: Partial<Served>;
  readonly engine?: Partial<EngineOptions>;
  /** For how many seconds something new may not be found. */
  readonly lag?: number;
}

/** drett, a cloud in which things go wrong, and engines: in a time that tests move, in minutes after noon. */
export class StoryWorld implements AsyncDisposable {
  readonly clock = { minutes: 0, now: () => minute(this.clock.minutes) };
  readonly server: TestServer;
  readonly #fake: FakeCloud;
  readonly #reclaimer: Reclaimer;

  static async begin(options: StoryOptions = {}): Promise<StoryWorld> {
    let now = () => minute(0);
    const fake = await startFakeCloud({ ...options.cloud, now: () => now() });
    const world = new StoryWorld(fake, options);
    now = world.clock.now;
    await world.server.engine.listen();
    return world;
  }

  private constructor(fake: FakeCloud, { policies = [policy()], lag = 0, ...options }: StoryOptions) {
    const settings = { url: fake.url, account: "main", caller: "drett", tag: "drett" } as const;
    const [findable, identity] = ["searched", "guarded"] as const;
    const provider = fakeCloudProvider({ ...settings, findable, identity, lag }, this.clock.now);
    const serving = {
      name: "cloud",
      types: ["vm", "volume", "port"],
      findable,
      identity,
      looks: true,
      provider,
      ...options.served,
    };
    this.#fake = fake;
    this.server = new TestServer({
      engine: {
        clock: this.clock,
        monotonic: this.clock.now,
        defaults: { ...DEFAULTS, reclaim: { policies, served: [serving] } },
        ...options.engine,
      },
    });
    this.#reclaimer = new Reclaimer({
      engine: this.server.engine,
      servings: [serving],
      monotonic: this.clock.now,
      onError: (error) => assert.fail(String(error)),
      sleep: async (ms) => {
        this.clock.minutes += ms / 60_000;
      },
    });
  }

  get cloud() {
    return this.#fake.cloud;
  }

  get faults() {
    return this.#fake.faults;
  }

  hears(...sayings: readonly Saying[]): Promise<void> {
    return hearsWell(this.server.engine, ...sayings);
  }

  /** The create call of an engine, with the drett id as tag. Throws what the cloud's library would. */
  async create(id: string, plan: object = {}): Promise<string> {
    const body = JSON.stringify({ tags: { drett: id }, ...plan });
    const headers = { "x-caller": "engine" };
    const reply = await fetch(`${this.#fake.url}/accounts/main/instances`, { method: "POST", body, headers });
    const answered = (await reply.json()) as { id: string };
    if (!reply.ok) throw Object.assign(new Error("refused"), { status: reply.status });
    return answered.id;
  }

  /** Somebody else's deletion. */
  async delete(externalId: string): Promise<void> {
    const headers = { "x-caller": "engine" };
    await fetch(`${this.#fake.url}/accounts/main/instances/${externalId}`, { method: "DELETE", headers });
  }

  /** Speaks to this server, in this time. */
  client(): Drett {
    const fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
      const answer = await this.server.app.inject({
        method: (init.method ?? "GET") as "POST",
        url: new URL(String(url)).pathname,
        headers: Object.fromEntries(new Headers(init.headers)),
        ...(init.body === undefined ? {} : { payload: String(init.body) }),
      });
      return new Response(answer.body, { status: answer.statusCode });
    };
    const url = "http://127.0.0.1:5001";
    const runtime = { ...systemRuntime, now: this.clock.now };
    return new Drett({ url, fetch, application: "probe", owner: "lpds", session: false }, runtime);
  }

  /** What drett does by itself, once. */
  async pass(): Promise<void> {
    await this.server.engine.sweep();
    await this.#reclaimer.pass();
    await this.#reclaimer.idle();
    await this.server.engine.sweep();
  }

  async passUntil(minutes: number, step = 1): Promise<void> {
    while (this.clock.minutes < minutes) {
      await this.pass();
      this.clock.minutes += step;
    }
    await this.pass();
  }

  /** drett listens, and hears of nobody. */
  async silence(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      this.clock.minutes += 1 / 60;
      await this.server.engine.listen();
    }
  }

  async standing(id = "vm-1"): Promise<{ state: string; findings: string[] }> {
    const kept = (await keptIn(this.server.store)).get(`resource ${id}`);
    assert.ok(kept, `there is no record of ${id}`);
    const { state, findings } = standingAt(kept, this.clock.minutes);
    return { state, findings: Object.keys(findings) };
  }

  /** What exists, by the cloud's ids. */
  get existing(): string[] {
    return this.cloud.instances.map(({ id }) => id);
  }

  /** What drett has deleted. */
  get deleted(): string[] {
    return this.cloud.journal
      .after(0)
      .flatMap((entry) => (entry.event === "deleting" && entry.by === "drett" ? [entry.id] : []));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reclaimer.stop();
    await this.server.close();
    await this.#fake.close();
  }
}
