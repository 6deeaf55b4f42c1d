import { closeSession } from "../../domain/commands/close-session.ts";
import { heartbeat } from "../../domain/commands/heartbeat.ts";
import { openSession } from "../../domain/commands/open-session.ts";
import { registerIntent } from "../../domain/commands/register-intent.ts";
import { reportAllocated } from "../../domain/commands/report-allocated.ts";
import { stateOfSession } from "../../domain/derive-session.ts";
import type { Session } from "../../domain/record.ts";
import { sessionKey } from "../../domain/view.ts";
import { MemoryStore } from "../../memory-store/memory-store.ts";
import type { Store } from "../../ports/store.ts";
import { readRecord } from "../../ports/stored-record.ts";
import { listFindings } from "../../reads/list-findings.ts";
import type { Outcome } from "../committer.ts";
import { Engine, type EngineOptions } from "../engine.ts";
import { down, FaultyStore } from "./faulty-store.ts";

const SECOND = 1_000;
const STEP = 500;

/** A server with clocks and a way to the store of its own. */
export class SessionServer {
  /** How far its clocks are from the time of the world. */
  readonly offset = { monotonic: 0, wall: 0 };
  readonly engine: Engine;
  isStopped = false;
  isCutOff = false;
  /** The store takes what it is asked, and does not answer while this is pending. */
  hanging: Promise<void> | undefined;
  readonly errors: unknown[] = [];
  #listenAt = 0;

  constructor(world: SessionWorld, name: string, options: Partial<EngineOptions>) {
    const faulty = new FaultyStore(world.store);
    faulty.before = async () => {
      await this.hanging;
      if (this.isCutOff) await down();
    };
    this.engine = new Engine({
      store: faulty,
      name,
      newId: () => `minted-${++world.minted}`,
      clock: { now: () => 1_795_000_000_000 + world.time + this.offset.wall },
      monotonic: () => world.time + this.offset.monotonic,
      onError: (error) => this.errors.push(error),
      ...options,
    });
  }

  async turn(time: number): Promise<void> {
    if (this.isStopped) return;
    while (time >= this.#listenAt) {
      const { pauseMs } = await this.engine.listen();
      this.#listenAt = Math.max(this.#listenAt, time) + pauseMs;
    }
  }

  /** Something that lives, and names the session. */
  async track(session: string, id = "vm-1"): Promise<void> {
    const intent = { id, application: "probe", type: "vm", owner: "lpds", session };
    await this.engine.submit(registerIntent, intent, "tester");
    await this.engine.submit(reportAllocated, { id, externalId: `i-${id}` }, "tester");
  }

  async sweep(): Promise<void> {
    while ((await this.engine.sweep()).more);
  }

  async findings(): Promise<string[]> {
    const answer = await this.engine.read(listFindings, {}, "tester");
    if (!("reply" in answer)) throw new Error(`no findings: ${JSON.stringify(answer)}`);
    return answer.reply.items.map(({ kind, resource, session }) => `${kind} ${resource?.id ?? session?.id}`);
  }
}

/** Engines that beat, servers that listen, one store: in a time that tests move. */
export class SessionWorld {
  readonly store: Store = new MemoryStore();
  readonly servers: SessionServer[] = [];
  /** Milliseconds since the beginning. */
  time = 0;
  minted = 0;
  readonly #alive = new Map<
    string,
    { ttl: number; next: number; speaksTo: () => SessionServer | undefined }
  >();

  start(name = "server", options: Partial<EngineOptions> = {}): SessionServer {
    const server = new SessionServer(this, name, options);
    this.servers.push(server);
    return server;
  }

  /** It is gone at once, without a word. */
  kill(server: SessionServer): void {
    this.servers.splice(this.servers.indexOf(server), 1);
  }

  /** An engine that opens a session and beats from then on, to the first server that it finds unless told otherwise. */
  async open(id: string, { ttl = 60, speaksTo = () => this.servers[0] } = {}): Promise<void> {
    const input = { id, application: "probe", module: "nova", ttlSeconds: ttl };
    const outcome = await speaksTo()?.engine.submit(openSession, input, "tester");
    if (!outcome || "refused" in outcome) throw new Error(`${id} was not opened: ${JSON.stringify(outcome)}`);
    this.adopt(id, { ttl, speaksTo });
  }

  /** An engine whose session was opened otherwise: it beats from now on. */
  adopt(id: string, { ttl = 60, speaksTo = () => this.servers[0] } = {}): void {
    this.#alive.set(id, { ttl: ttl * SECOND, next: this.time + (ttl * SECOND) / 3, speaksTo });
  }

  /** The engine is gone, without a word. */
  die(id: string): void {
    this.#alive.delete(id);
  }

  beat(id: string, server = this.servers[0]): Promise<Outcome> {
    return (server as SessionServer).engine.submit(heartbeat, { id }, "tester");
  }

  close(id: string): Promise<Outcome> {
    this.die(id);
    return (this.servers[0] as SessionServer).engine.submit(closeSession, { id }, "tester");
  }

  async pass(seconds: number): Promise<void> {
    const end = this.time + seconds * SECOND;
    while (this.time < end) {
      this.time += STEP;
      for (const [id, engine] of this.#alive) if (this.time >= engine.next) await this.#tryToBeat(id, engine);
      for (const server of this.servers) await server.turn(this.time);
    }
  }

  async #tryToBeat(
    id: string,
    engine: { ttl: number; next: number; speaksTo: () => SessionServer | undefined },
  ) {
    const server = engine.speaksTo();
    const outcome = server && !server.isStopped ? await this.beat(id, server) : undefined;
    // One that was not heard tries again soon.
    engine.next = this.time + (outcome && !("refused" in outcome) ? engine.ttl / 3 : SECOND);
  }

  async session(id: string): Promise<Session> {
    const [stored] = await this.store.load([sessionKey(id)]);
    if (!stored) throw new Error(`there is no session ${id}`);
    return readRecord(stored) as Session;
  }

  /** The names of all that is stored of what servers have heard. */
  async heardBy(): Promise<string[]> {
    const { records } = await this.store.query({ kind: "hearing", order: "oldest", limit: 100 });
    return records.map(({ id }) => id).sort();
  }

  async state(id: string): Promise<string> {
    return stateOfSession(await this.session(id));
  }

  async hasLapsed(id: string): Promise<boolean> {
    return (await this.session(id)).facts.some(({ kind }) => kind === "lapsed");
  }
}
