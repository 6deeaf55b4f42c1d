import { hash } from "node:crypto";
import { type Engine, type FindingKind, isRefusal, listFindings, present } from "@drett/core";

/** One finding of a record, as a message tells it. */
export interface FoundFinding {
  readonly kind: FindingKind;
  readonly says: string;
  readonly remedy: string;
  readonly since: string;
  /** The kind of the record, and its id. */
  readonly record: string;
  readonly id: string;
  /** A freeze and a plan are nobody's. */
  readonly application?: string;
  readonly owner?: string;
  readonly type?: string;
  readonly cost?: object;
}

/** A page holds up everybody else for as long as it takes to derive. */
const PAGE = 100;

/** All that is found now, the worst records first, in pages. Throws where it cannot be read to its end. */
export async function* findingsIn(engine: Engine, signal: AbortSignal): AsyncGenerator<FoundFinding[]> {
  let cursor: string | null | undefined;
  do {
    const answer = await engine.read(listFindings, { limit: PAGE, ...(cursor && { cursor }) }, "drett");
    if (isRefusal(answer)) throw new FindingsUnread(answer.detail);
    yield answer.reply.items.flatMap(findingsOf);
    cursor = answer.reply.next;
  } while (cursor !== null && !signal.aborted);
  signal.throwIfAborted();
}

/** The engine has told already what is wrong. */
export class FindingsUnread extends Error {
  override readonly name = "FindingsUnread";
}

/** Those below the worst one are told, too. */
function findingsOf(item: object): FoundFinding[] {
  const [record, subject] = subjectOf(item);
  const { id, application, owner, type, cost } = subject;
  return subject.findings.map(
    ({ kind, says, remedy, since }) =>
      present({ kind, says, remedy, since, record, id, application, owner, type, cost }) as FoundFinding,
  );
}

type Subject = Pick<FoundFinding, "id" | "application" | "owner" | "type" | "cost"> & {
  readonly findings: readonly Pick<FoundFinding, "kind" | "says" | "remedy" | "since">[];
};

/** Of whatever kind, the record stands in the item under the name of its kind. */
function subjectOf(item: object): [kind: string, Subject] {
  const found = Object.entries(item).find(([, value]) => Object.hasOwn(value as object, "findings"));
  if (found === undefined) throw new Error(`a finding without a record: ${JSON.stringify(item)}`);
  return found as [string, Subject];
}

export const KEY_LENGTH = 12;

/** What a finding is known by; one that has passed and come back is another. 72 bits: that two share one is no risk. */
export const keyOf = ({ record, id, kind, since }: FoundFinding): string =>
  hash("sha256", `${record} ${id} ${kind} ${since}`, "base64").slice(0, KEY_LENGTH);
