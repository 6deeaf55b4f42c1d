import { nameOfFact, type RecordName } from "../crash/command.ts";
import { nameOfShown } from "../crash/feed.ts";
import type { Round } from "./round.ts";
import type { Run } from "./runs.ts";
import { brokenIn } from "./series.ts";
import type { Happened } from "./track.ts";

const FAULTS_SHOWN = 5;
const RECORDS_SHOWN = 3;

export function sentenceOf(round: Round): string {
  const { seed, acknowledged, resent, underLoad } = round;
  const broken = brokenIn(round).length;
  return [
    `seed ${seed}`,
    `${underLoad} disturbances under load`,
    `${acknowledged} commands acknowledged`,
    `${resent} requests sent again`,
    broken === 0 ? "all checks held" : `${broken} CHECKS BROKEN`,
  ].join(", ");
}

/** The last line. */
export function summaryOf(runs: readonly Run[], seed: number): string {
  const rounds = runs.flatMap(({ rounds }) => rounds);
  const broken = new Set(rounds.flatMap(brokenIn));
  const held = new Set(rounds.flatMap(({ checks }) => Object.keys(checks))).difference(broken);
  const sum = (of: (round: Round) => number) => rounds.reduce((sum, round) => sum + of(round), 0);
  const where = runs.map(({ servers, database }) => `${servers} servers on ${database}`);
  return [
    `many: ${held.size} checks held, ${broken.size} broken (seed ${seed}`,
    ...where,
    `${sum(({ underLoad }) => underLoad)} disturbances under load in ${sum(({ lasted }) => lasted).toFixed(0)} s`,
    `${sum(({ acknowledged }) => acknowledged)} commands acknowledged`,
    `${sum(({ resent }) => resent)} requests sent again)`,
  ].join(", ");
}

/**
 * How long from the return of the database, or of a server, until each server acknowledged a command; a line for each
 * kind of disturbance, of those times into which no other fell.
 */
export function resumptionOf({ servers, database, rounds }: Run): string[] {
  const times = new Map<string, number[]>();
  for (const { happened } of rounds) {
    for (const it of happened) times.set(it.name, [...(times.get(it.name) ?? []), ...timesOf(it, happened)]);
  }
  return [...times].sort().flatMap(([name, its]) => {
    const [middle, most] = [its.sort((a, b) => a - b)[its.length >> 1], its.at(-1)].map((time) =>
      time?.toFixed(0),
    );
    if (most === undefined) return [];
    return [
      `${servers} servers on ${database}, ${name}: each acknowledges again after ${middle} ms, at most ${most} ms (${its.length} times)`,
    ];
  });
}

const timesOf = (it: Happened, happened: readonly Happened[]): number[] =>
  it.resumed
    .filter((time) => time !== undefined)
    .filter((time) => happened.every((other) => other === it || other.from > time || other.back < it.back))
    .map((time) => time - it.back);

/** What is broken, and the histories of the records that it is about. */
export function explain(round: Round): string {
  const shown = brokenIn(round).flatMap((holds) => {
    const faults = round.checks[holds] ?? [];
    return [
      `broken: ${holds} (${faults.length})`,
      ...faults.slice(0, FAULTS_SHOWN).map((fault) => `  ${fault}`),
    ];
  });
  const named = shown.flatMap((line) => line.match(/\b(resource|allocation) [a-z]+-[a-z0-9-]+/g) ?? []);
  const records = [...new Set(named)].slice(0, RECORDS_SHOWN) as RecordName[];
  return [...shown, ...records.flatMap((record) => historyOf(record, round))].join("\n");
}

/** What was sent of a record, through which server, and what each of them has of it. */
function historyOf(record: RecordName, { load, recorded, happened }: Round): string[] {
  const start = happened[0]?.from ?? 0;
  const at = (time: number) => `${((time - start) / 1_000).toFixed(3)} s`;
  const sent = load.requests.flatMap((request) =>
    request.commands
      .filter(({ facts }) => facts.some((fact) => fact.record === record))
      .flatMap(({ name, facts }) => [
        `  ${name}: ${facts
          .filter((fact) => fact.record === record)
          .map(nameOfFact)
          .join(", ")}`,
        ...load.doors
          .triesOf(request)
          .map(
            ({ seat, sent, ended, outcome }) => `    server ${seat}, ${at(sent)} to ${at(ended)}: ${outcome}`,
          ),
      ]),
  );
  const kept = recorded.flatMap(({ facts, feed }, server) => [
    `  server ${server} has`,
    ...(facts.get(record) ?? []).map((fact) => `    ${nameOfShown(record, fact)}, arrived ${fact.arrival}`),
    ...feed.flatMap((fact, place) => (fact.record === record ? [`    feed ${place}: ${fact.name}`] : [])),
  ]);
  const meanwhile = happened.map(({ name, from, back }) => `  ${at(from)} to ${at(back)}: ${name}`);
  return [`history of ${record}:`, ...sent, ...kept, "meanwhile:", ...meanwhile];
}
