import type { Change, CommitOutcome } from "@drett/core";
import { type Database, DUPLICATE_KEY, WriteFailed, type WriteReply } from "./database.ts";
import { creation, type RecordDocument, rewriting } from "./documents.ts";
import { keyOf } from "./keys.ts";
import type { Stamps } from "./stamps.ts";
import { isCertainlyUndone } from "./trouble.ts";

/** A command may have 48 MB; a character may take three bytes. */
const COMMAND_CHARACTERS = 12_000_000;

type Outcome = CommitOutcome | "failed";

interface Part {
  readonly changes: readonly Change[];
  readonly outcomes: readonly Outcome[];
  /** Why some of them are not known to be applied or in conflict. */
  readonly cause?: unknown;
}

/** What is written together. */
export interface Flush {
  readonly name: string;
  readonly stamps: Stamps;
  /** Whether the feed has told all that the record had at that version. */
  isTold(change: Change): boolean;
}

export interface Written {
  readonly outcomes: readonly CommitOutcome[];
  /** Why some of them are unknown. */
  readonly cause?: unknown;
}

/** Writes a flush. Throws only where it is certain that nothing of it was applied. */
export async function write(database: Database, changes: readonly Change[], flush: Flush): Promise<Written> {
  const creations = partsOf(changes.filter(({ expected }) => expected === 0));
  const rewritings = partsOf(changes.filter(({ expected, gone }) => expected > 0 && !gone));
  const parts = await Promise.all([
    ...creations.map((part) => create(database, part, flush)),
    ...rewritings.map((part) => rewrite(database, part, flush)),
    ...changes.filter(({ gone }) => gone).map((change) => remove(database, change)),
  ]);
  const { cause } = parts.find((part) => part.cause !== undefined) ?? {};
  const outcomeOf = new Map<Change, Outcome>();
  for (const part of parts) {
    for (const [place, change] of part.changes.entries())
      outcomeOf.set(change, part.outcomes[place] as Outcome);
  }
  const outcomes = changes.map((change) => outcomeOf.get(change) as Outcome);
  const isUndone =
    outcomes.includes("failed") && !outcomes.includes("applied") && !outcomes.includes("unknown");
  if (isUndone) throw cause;
  return { outcomes: outcomes.map((outcome) => (outcome === "failed" ? "unknown" : outcome)), cause };
}

function create(database: Database, changes: readonly Change[], { name, stamps }: Flush): Promise<Part> {
  const documents = changes.map((change) => creation(change, stamps.next(), name));
  return attempt(changes, async () =>
    outcomesOf(changes, await database.insert(database.records, documents)),
  );
}

function remove(database: Database, change: Change): Promise<Part> {
  return attempt([change], async () => {
    const reply = await database.remove(database.records, { _id: keyOf(change), version: change.expected });
    return reply.n === 1 ? outcomesOf([change], reply) : { changes: [change], outcomes: ["conflict"] };
  });
}

async function rewrite(database: Database, changes: readonly Change[], flush: Flush): Promise<Part> {
  const statements = changes.map((change) => rewriting(change, flush.name, flush.isTold(change)));
  let found = 0;
  const part = await attempt(changes, async () => {
    const reply = await database.update(database.records, statements);
    found = reply.n;
    return outcomesOf(changes, reply);
  });
  const hoped = part.outcomes.filter((outcome) => outcome === "applied").length;
  return found === hoped ? part : lookUp(database, part, flush.name);
}

async function attempt(changes: readonly Change[], run: () => Promise<Part>): Promise<Part> {
  try {
    return await run();
  } catch (cause) {
    const outcome = isCertainlyUndone(cause) ? "failed" : "unknown";
    return { changes, outcomes: changes.map(() => outcome), cause };
  }
}

/** What the reply says; where it was not confirmed in time, what was applied may still be lost. */
function outcomesOf(changes: readonly Change[], { writeErrors = [], writeConcernError }: WriteReply): Part {
  const outcomes: Outcome[] = changes.map(() => (writeConcernError ? "unknown" : "applied"));
  let cause = writeConcernError && new WriteFailed(writeConcernError);
  for (const fault of writeErrors) {
    outcomes[fault.index] = fault.code === DUPLICATE_KEY ? "conflict" : "failed";
    if (fault.code !== DUPLICATE_KEY) cause ??= new WriteFailed(fault);
  }
  return { changes, outcomes, ...(cause !== undefined && { cause }) };
}

/** An update tells how many of its statements found their record, and not which. */
async function lookUp(database: Database, part: Part, flush: string): Promise<Part> {
  const traces = new Map<string, Trace>();
  const { changes } = part;
  try {
    const keys = changes.map(keyOf);
    const projection = { flush: 1, marks: 1 };
    const found = database.find(database.records, { _id: { $in: keys } }, { projection });
    for await (const record of found) traces.set(record._id, record);
  } catch (cause) {
    return { changes, outcomes: changes.map(() => "unknown"), cause };
  }
  const outcomes = part.outcomes.map((outcome, place) => {
    if (outcome !== "applied") return outcome;
    const change = changes[place] as Change;
    return outcomeIn(traces.get(keyOf(change)), flush);
  });
  return { ...part, outcomes };
}

type Trace = Pick<RecordDocument, "flush" | "marks">;

/** Without a trace it was not applied; or it was, and told for this process already: to decide anew does no harm then. */
function outcomeIn(trace: Trace | undefined, name: string): CommitOutcome {
  const isThere = trace?.flush === name || trace?.marks?.some(({ flush }) => flush === name);
  return isThere ? "applied" : "conflict";
}

/** As many at a time as one command can carry. */
function partsOf(changes: readonly Change[]): Change[][] {
  const parts: Change[][] = [];
  let room = 0;
  for (const change of changes) {
    room -= change.body.length;
    if (room < 0 || parts.length === 0) {
      parts.push([]);
      room = COMMAND_CHARACTERS - change.body.length;
    }
    parts.at(-1)?.push(change);
  }
  return parts;
}
