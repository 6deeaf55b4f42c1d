import { brokenIn } from "../many/series.ts";
import { idOf, isFault } from "./evidence.ts";
import { type Figures, figuresOf } from "./figures.ts";
import type { Round } from "./round.ts";

const FAULTS_SHOWN = 5;
const RESOURCES_SHOWN = 2;

export function sentenceOf(round: Round): string {
  const { inflicted, ofCloud, resources, leaks } = figuresOf(round);
  const broken = brokenIn(round).length;
  return [
    `${round.servers} server${round.servers === 1 ? "" : "s"} on ${round.store}, seed ${round.seed}`,
    `${round.lasted.toFixed(0)} s under faults`,
    `${inflicted} faults and ${ofCloud} of the cloud`,
    `${resources} resources, ${leaks} leaked`,
    broken === 0 ? "everything held" : `${broken} INVARIANTS BROKEN`,
  ].join(", ");
}

/** The last line where nothing is broken. */
export function summaryOf(rounds: readonly Round[]): string {
  const broken = new Set(rounds.flatMap(brokenIn));
  const held = new Set(rounds.flatMap(({ checks }) => Object.keys(checks))).difference(broken);
  return `campaign: ${held.size} invariants held, ${broken.size} broken`;
}

const COLUMNS: readonly [string, (figures: Figures) => string | number][] = [
  ["faults", ({ inflicted }) => inflicted],
  ["of the cloud", ({ ofCloud }) => ofCloud],
  ["resources", ({ resources }) => resources],
  ["leaks", ({ leaks }) => leaks],
  ["found after", ({ toFind }) => spread(toFind)],
  ["freed after", ({ toFree }) => spread(toFree)],
  ["false alarms", ({ falseAlarms }) => falseAlarms],
];

/** A line for each store, as a table of Markdown. */
export function tableOf(rounds: readonly Round[]): readonly string[] {
  const head = ["store", "under faults", ...COLUMNS.map(([name]) => name)];
  const byStore = Map.groupBy(rounds, ({ store, servers }) => `${store}, ${servers}`);
  const lines = [...byStore].map(([where, its]) => {
    const figures = its.map(figuresOf).reduce(plus);
    const lasted = its.reduce((sum, { lasted }) => sum + lasted, 0);
    return [where, `${lasted.toFixed(0)} s`, ...COLUMNS.map(([, of]) => String(of(figures)))];
  });
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`);
}

function plus(one: Figures, other: Figures): Figures {
  return {
    inflicted: one.inflicted + other.inflicted,
    ofCloud: one.ofCloud + other.ofCloud,
    resources: one.resources + other.resources,
    leaks: one.leaks + other.leaks,
    toFind: [...one.toFind, ...other.toFind],
    toFree: [...one.toFree, ...other.toFree],
    falseAlarms: one.falseAlarms + other.falseAlarms,
  };
}

/** Half of them, 95 of 100, the slowest, in seconds. */
function spread(times: readonly number[]): string {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (part: number) => ((sorted[Math.ceil(part * sorted.length) - 1] ?? 0) / 1_000).toFixed(1);
  return sorted.length === 0 ? "-" : `${at(0.5)}, ${at(0.95)}, ${at(1)} s`;
}

/** The seed, what is broken, and the histories of the resources that it is about. */
export function explain(round: Round): string {
  const shown = brokenIn(round).flatMap((holds) => {
    const faults = round.checks[holds] ?? [];
    return [`broken: ${holds} (${faults.length})`, ...faults.slice(0, FAULTS_SHOWN).map((it) => `  ${it}`)];
  });
  const named = shown.flatMap((line) => /\bresource ([a-z][a-z0-9-]*):/.exec(line)?.[1] ?? []);
  const ids = [...new Set(named)].slice(0, RESOURCES_SHOWN);
  return [
    `seed ${round.seed}, ${round.servers} on ${round.store}`,
    ...shown,
    ...ids.flatMap((id) => historyOf(id, round)),
  ].join("\n");
}

/** What each of them knows, in the order of time. */
function historyOf(id: string, { evidence, happened }: Round): string[] {
  const { journal, engines, resources, fed, holds } = evidence;
  const sessions = new Set<string>();
  const lines: [number, string][] = [];
  for (const { name, died, notes, stops } of engines) {
    const own = notes.filter((note) => "id" in note && note.id === id);
    if (own.length === 0) continue;
    for (const note of own) {
      if (note.what === "intended" && note.session !== undefined) sessions.add(note.session);
      lines.push([note.at, `${name}: ${note.what}${"externalId" in note ? ` ${note.externalId}` : ""}`]);
    }
    for (const { from, to } of stops) lines.push([from, `${name} is stopped`], [to, `${name} goes on`]);
    if (died !== undefined) lines.push([died, `${name} is killed`]);
    for (const note of notes) {
      if (note.what === "lapsed" || note.what === "recovered") lines.push([note.at, `${name}: ${note.what}`]);
      if (note.what !== "heard" || !sessions.has(note.session)) continue;
      lines.push([
        note.sent,
        `${name}: heartbeat, answered${note.lost.includes(id) ? ", names it lost" : ""}`,
      ]);
    }
  }
  for (const entry of journal) {
    if (!isFault(entry) && idOf(entry) === id)
      lines.push([
        entry.at,
        `cloud: ${entry.event} ${entry.id} (${entry.uid}) by ${entry.by} ${entry.reason ?? ""}`,
      ]);
  }
  for (const it of fed) if (it.resource === id) lines.push([it.at, `drett's feed: ${it.kind}`]);
  for (const it of holds) if (it.id === id) lines.push([it.at, `held: ${it.hold}`]);
  const [from, to] = [Math.min(...lines.map(([at]) => at)), Math.max(...lines.map(([at]) => at))];
  for (const it of happened)
    if (it.from <= to && it.to >= from - 10_000)
      lines.push([it.from, `meanwhile, until ${at(it.to)}: ${it.name}`]);
  const shown = resources.get(id);
  return [
    `history of resource ${id}:`,
    ...lines.sort(([one], [other]) => one - other).map(([time, line]) => `  ${at(time)} ${line}`),
    `  drett has it as ${shown ? `${shown.state}, findings: ${shown.findings.map(({ kind, says }) => `${kind}: ${says}`).join(" ") || "none"}` : "unknown"}`,
    ...(shown?.facts ?? []).map((fact) => `    ${JSON.stringify(fact)}`),
  ];
}

const at = (time: number): string =>
  Number.isFinite(time) ? new Date(time).toISOString().slice(11, 23) : "the end";
