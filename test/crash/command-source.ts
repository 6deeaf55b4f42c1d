import type { Command, ToldFact } from "./command.ts";
import type { Random } from "./random.ts";
import { REPORTS } from "./report.ts";

/** How many of the shared things are reported on by everybody at a time, and for how long: until so many more are shared. */
const HOT = { things: 3, until: 64 };

/** What the clients of one store share: times that nobody else tells, and what others may report on too. */
export class Surroundings {
  readonly #shared: string[] = [];
  /** How often a report is on what is shared. */
  readonly sharing: number;
  #last = Date.now() - 3 * 3_600_000;

  constructor(sharing = 0.15) {
    this.sharing = sharing;
  }

  share(id: string): void {
    this.#shared.push(id);
  }

  /** Mostly one on which others report at the same time. */
  pickShared(random: Random): string | undefined {
    const first = this.#shared.length - (this.#shared.length % HOT.until);
    const hot = this.#shared.slice(first, first + HOT.things);
    return random.pick(hot.length > 0 && random.chance(0.7) ? hot : this.#shared);
  }

  /** Each time is told once, so that no fact can stand for another. */
  time(): string {
    return new Date(++this.#last).toISOString();
  }

  /** One that drett will not believe: it lies in the future. */
  timeToCome(): string {
    return new Date(++this.#last + 9 * 3_600_000).toISOString();
  }
}

interface Thing {
  readonly id: string;
  readonly about: { readonly type: string; readonly owner: string };
  externalId?: string;
  gone?: true;
}

interface Group {
  readonly id: string;
  readonly application: string;
  readonly module: string;
}

const TYPES = ["vm", "volume", "port", "image"] as const;
const OWNERS = ["lpds", "ci", "somebody"] as const;

/** Makes up what one engine has to say, so that each command follows from what it said before. */
export class CommandSource {
  random: Random;
  readonly #name: string;
  readonly #surroundings: Surroundings;
  readonly #things: Thing[] = [];
  readonly #groups: Group[] = [];
  #words = 0;

  constructor(name: string, random: Random, surroundings: Surroundings) {
    this.#name = name;
    this.random = random;
    this.#surroundings = surroundings;
  }

  next(): Command {
    return this.random.pick(MIX)?.(this) ?? this.registerIntent();
  }

  registerIntent(): Command {
    const group = this.random.chance(0.4) ? this.random.pick(this.#groups) : undefined;
    const inherits = group !== undefined && this.random.chance(0.5);
    const source = inherits ? group : { application: "crash", module: this.#name };
    const described = { ...this.#described(), ...(group && { allocation: group.id }) };
    const own = inherits ? {} : { application: source.application, module: source.module };
    const about = { ...described, application: source.application, module: source.module };
    const plan = this.#plan();
    const [id, at] = [this.#word("r"), this.#surroundings.time()];
    this.#things.push({ id, about });
    return {
      name: "register-intent",
      path: "/v1/resources",
      input: { ...described, ...own, ...plan, id, at },
      creates: true,
      facts: [{ record: `resource ${id}`, says: { kind: "intent", about, ...plan }, at }],
    };
  }

  beginAllocation(): Command {
    const [id, at] = [this.#word("a"), this.#surroundings.time()];
    const group = { id, application: "crash", module: this.#name };
    const timing = this.random.chance(0.5) ? { timeoutSeconds: this.random.between(0, 20_000) } : {};
    const plan = { application: group.application, module: group.module, ...timing };
    const members = Array.from({ length: this.random.between(0, 3) }, () => ({
      ...this.#described(),
      id: this.#word("r"),
    }));
    this.#groups.push(group);
    for (const { id, ...about } of members) this.#things.push({ id, about });
    const facts: ToldFact[] = members.map(({ id: member, ...described }) => {
      const about = { ...described, allocation: id, application: group.application, module: group.module };
      return { record: `resource ${member}`, says: { kind: "intent", about }, at };
    });
    return {
      name: "begin-allocation",
      path: "/v1/allocations",
      input: { id, ...plan, at, ...(members.length > 0 && { resources: members }) },
      creates: true,
      facts: [{ record: `allocation ${id}`, says: { kind: "begun", ...plan }, at }, ...facts],
    };
  }

  finishAllocation(): Command | undefined {
    const group = this.random.pick(this.#groups);
    if (!group) return undefined;
    const outcome = this.random.pick(["done", "failed"]);
    const [said, at] = [{ reason: this.#word("why") }, this.#surroundings.time()];
    return {
      name: "finish-allocation",
      path: `/v1/allocations/${group.id}/finish`,
      input: { id: group.id, outcome, ...said, at },
      facts: [{ record: `allocation ${group.id}`, says: { kind: outcome, ...said }, at }],
    };
  }

  /** Of its own, or of a stranger's: several report on one record in one flush. */
  report(): Command | undefined {
    const isShared = this.random.chance(this.#surroundings.sharing);
    const stranger = isShared ? this.#surroundings.pickShared(this.random) : undefined;
    const id = stranger ?? this.random.pick(this.#things)?.id;
    if (id === undefined) return undefined;
    const at = this.random.chance(0.05) ? this.#surroundings.timeToCome() : this.#surroundings.time();
    return this.random.pick(REPORTS)(id, this.#word("why"), at);
  }

  allocated(): Command | undefined {
    const thing = this.random.pick(this.#things.filter((it) => !it.externalId || this.random.chance(0.02)));
    if (!thing) return undefined;
    return this.#reportAllocated(thing, {});
  }

  /** It describes itself, so that it is accepted before its registration. */
  allocatedUnannounced(): Command {
    const about = { ...this.#described(), application: "crash", module: this.#name };
    const thing: Thing = { id: this.#word("r"), about };
    this.#things.push(thing);
    return this.#reportAllocated(thing, about);
  }

  freed(): Command | undefined {
    const thing = this.#allocatedThing();
    if (!thing) return undefined;
    thing.gone = true;
    const named = this.random.chance(0.7) ? { externalId: thing.externalId } : {};
    const at = this.#surroundings.time();
    return {
      name: "report-freed",
      path: `/v1/resources/${thing.id}/freed`,
      input: { id: thing.id, ...named, at },
      facts: [{ record: `resource ${thing.id}`, says: { kind: "freed", ...named }, at }],
    };
  }

  freedByAttributes(): Command | undefined {
    const thing = this.#allocatedThing();
    if (!thing) return undefined;
    thing.gone = true;
    const { externalId, about } = thing;
    const at = this.#surroundings.time();
    return {
      name: "free-by-attributes",
      path: "/v1/freed",
      input: { owner: about.owner, type: about.type, externalId, at },
      facts: [{ record: `resource ${thing.id}`, says: { kind: "freed", externalId }, at }],
    };
  }

  /** Each of these is refused whenever it is told, and must leave no trace. */
  refused(): Command {
    const at = this.#surroundings.time();
    const used = this.random.pick(this.#things);
    if (used && this.random.chance(0.5)) {
      const input = { id: used.id, application: "crash", type: "other", owner: "other", at };
      return { name: "register-intent", path: "/v1/resources", input, refused: "id-used", facts: [] };
    }
    const id = this.#word("nobody");
    return {
      name: "report-unknown",
      path: `/v1/resources/${id}/unknown`,
      input: { id, reason: "never registered", at },
      refused: "unknown-resource",
      facts: [],
    };
  }

  #reportAllocated(thing: Thing, about: object): Command {
    const [externalId, at] = [this.#word("x"), this.#surroundings.time()];
    thing.externalId ??= externalId;
    const said = { externalId, ...(this.random.chance(0.3) && { data: { address: this.#word("ip") } }) };
    const described = Object.keys(about).length > 0 ? { about } : {};
    return {
      name: "report-allocated",
      path: `/v1/resources/${thing.id}/allocated`,
      input: { id: thing.id, ...said, ...about, at },
      facts: [{ record: `resource ${thing.id}`, says: { kind: "allocated", ...said, ...described }, at }],
    };
  }

  #allocatedThing(): Thing | undefined {
    return this.random.pick(this.#things.filter(({ externalId, gone }) => externalId && !gone));
  }

  #described() {
    const { random } = this;
    return {
      type: random.pick(TYPES),
      owner: random.pick(OWNERS),
      ...(random.chance(0.3) && { scope: "a-cloud/somewhere" }),
      ...(random.chance(0.3) && { ttlSeconds: random.pick([null, 0, 60, 1_000_000]) }),
      ...(random.chance(0.2) && { labels: { job: this.#word("job") } }),
      ...(random.chance(0.2) && { price: { amount: 0.25, currency: "EUR", per: "hour" } }),
    };
  }

  #plan() {
    return {
      ...(this.random.chance(0.5) && { timeoutSeconds: this.random.between(0, 20_000) }),
      ...(this.random.chance(0.2) && { data: { flavour: this.#word("flavour") } }),
    };
  }

  #word(kind: string): string {
    return `${kind}-${this.#name}-${++this.#words}`;
  }
}

type Make = (source: CommandSource) => Command | undefined;
const times = (count: number, make: Make) => Array.from({ length: count }, () => make);

/** How often each kind of command comes. */
const MIX = [
  ...times(6, (source) => source.registerIntent()),
  ...times(6, (source) => source.allocated()),
  ...times(6, (source) => source.report()),
  ...times(2, (source) => source.freed()),
  ...times(2, (source) => source.freedByAttributes()),
  ...times(2, (source) => source.beginAllocation()),
  ...times(1, (source) => source.finishAllocation()),
  ...times(1, (source) => source.allocatedUnannounced()),
  ...times(1, (source) => source.refused()),
];
