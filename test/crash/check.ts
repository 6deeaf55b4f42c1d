import { isDeepStrictEqual } from "node:util";
import type { Request } from "./client.ts";
import { nameOfFact, type RecordName, type ToldFact } from "./command.ts";
import { deriveStanding, type KeptFact } from "./derived.ts";
import { nameOfShown } from "./feed.ts";
import type { Recorded } from "./recorded.ts";

/** What must hold, and what is wrong with it; nothing where it does. */
export type Checks = { readonly [holds: string]: readonly string[] };

/** What the server has, held against the histories of those who sent it. */
export function checksOf(recorded: Recorded, requests: readonly Request[]): Checks {
  const books = new Books(recorded, requests);
  const ofFacts = {
    "every acknowledged fact is there": books.missing(),
    "nothing is there that nobody sent": books.invented(),
    "nothing has effect twice": books.doubled(),
    "no command is half done": books.halfDone(),
    "every record is listed": books.unlisted(),
    "the feed has every fact once": books.feedDiffers(),
  };
  // From what lacks a fact, nothing can be derived.
  if (Object.values(ofFacts).some((faults) => faults.length > 0)) return ofFacts;
  return { ...ofFacts, "every record stands as its facts give": books.standsWrongly() };
}

/** All that is wrong. */
export const faultsOf = (recorded: Recorded, requests: readonly Request[]): string[] =>
  Object.values(checksOf(recorded, requests)).flat();

/** Of the commands that nobody answered: how many were recorded all the same, and how many left no trace. */
export function fateOf(recorded: Recorded, unanswered: readonly Request[]) {
  const books = new Books(recorded, unanswered);
  const has = (fact: ToldFact) => books.has(fact);
  const commands = unanswered.flatMap(({ commands }) => commands).filter(({ facts }) => facts.length > 0);
  const kept = commands.filter(({ facts }) => facts.every(has)).length;
  return { kept, lost: commands.length - kept, has };
}

/** What was sent, held against what is there. */
class Books {
  readonly #recorded: Recorded;
  readonly #requests: readonly Request[];
  readonly #sent = new Map<string, ToldFact>();
  /** How often each fact stands in the records. */
  readonly #kept: ReadonlyMap<string, number>;

  constructor(recorded: Recorded, requests: readonly Request[]) {
    this.#recorded = recorded;
    this.#requests = requests;
    this.#kept = count(
      [...recorded.facts].flatMap(([name, facts]) => facts.map((fact) => nameOfShown(name, fact))),
    );
    for (const { commands } of requests)
      for (const fact of commands.flatMap(({ facts }) => facts)) this.#sent.set(nameOfFact(fact), fact);
  }

  has(fact: ToldFact): boolean {
    return this.#kept.has(nameOfFact(fact));
  }

  missing(): string[] {
    const acknowledged = this.#requests.filter(({ answers }) => answers !== undefined);
    return acknowledged.flatMap(({ commands, answers = [] }) =>
      commands.flatMap(({ facts }, place) =>
        facts
          .filter((fact) => !this.has(fact))
          .map((fact) => `acknowledged with ${answers[place]?.status} and lost: ${nameOfFact(fact)}`),
      ),
    );
  }

  invented(): string[] {
    const invented = [...this.#kept.keys()].filter((name) => !this.#sent.has(name));
    return invented.map((name) => `nobody sent: ${name}`);
  }

  doubled(): string[] {
    const doubled = [...this.#kept].filter(([, times]) => times > 1);
    return doubled.map(([name, times]) => `recorded ${times} times: ${name}`);
  }

  unlisted(): string[] {
    const empty = [...this.#recorded.standings.keys()].filter(
      (name) => !this.#recorded.facts.get(name)?.length,
    );
    const unlisted = [...this.#recorded.facts.keys()].filter((name) => !this.#recorded.standings.has(name));
    return [
      ...empty.map((name) => `listed, and without a fact: ${name}`),
      ...unlisted.map((name) => `there, and not listed: ${name}`),
    ];
  }

  feedDiffers(): string[] {
    const fed = count(this.#recorded.feed.map(({ name }) => name));
    return [
      ...[...this.#kept.keys()].filter((name) => !fed.has(name)).map((name) => `not in the feed: ${name}`),
      ...[...fed.keys()].filter((name) => !this.#kept.has(name)).map((name) => `only in the feed: ${name}`),
      ...[...fed]
        .filter(([, times]) => times > 1)
        .map(([name, times]) => `${times} times in the feed: ${name}`),
    ];
  }

  /** A command with several facts leaves all of them, or none. */
  halfDone(): string[] {
    const commands = this.#requests.flatMap(({ commands }) => commands);
    return commands
      .filter(({ facts }) => new Set(facts.map((fact) => this.has(fact))).size > 1)
      .map(({ name, input }) => `half done: ${name} ${JSON.stringify(input)}`);
  }

  standsWrongly(): string[] {
    const kept = this.#keptFacts();
    return [...this.#recorded.standings].flatMap(([name, { now, ...shown }]) => {
      if (!kept.has(name)) return [];
      const derived = deriveStanding(kept, name, now);
      const standing = {
        state: shown.state,
        due: shown.due,
        findings: shown.findings.map(({ kind, since }) => ({ kind, since })),
      };
      if (isDeepStrictEqual(standing, derived)) return [];
      return [`${name} stands as ${JSON.stringify(standing)}, by its facts as ${JSON.stringify(derived)}`];
    });
  }

  /** In the order in which they were sent: it differs from the server's, and must not matter. */
  #keptFacts(): Map<RecordName, KeptFact[]> {
    const shown = new Map(
      [...this.#recorded.facts].flatMap(([name, facts]) =>
        facts.map((fact) => [nameOfShown(name, fact), fact] as const),
      ),
    );
    const kept = new Map<RecordName, KeptFact[]>();
    for (const [name, told] of this.#sent) {
      const fact = shown.get(name);
      if (!fact) continue;
      const its = kept.get(told.record) ?? [];
      kept.set(told.record, its);
      its.push({ told, shown: fact });
    }
    return kept;
  }
}

function count(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
