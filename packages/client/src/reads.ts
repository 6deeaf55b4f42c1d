import type { CallOptions, Reporter } from "./reporter.ts";
import type { FindingsSummary, PlanHistory, PolicyOutlook, ResourceHistory } from "./views.ts";

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** What a query may say of a field: one value, or several for fields that may stand more than once. */
export type Query = Record<string, string | readonly string[] | undefined>;

/** Reads a list page by page, as far as somebody goes on taking items. */
export async function* items<Item>(
  reporter: Reporter,
  path: string,
  query: Query,
  options: CallOptions,
): AsyncGenerator<Item, void, undefined> {
  const parameters = new URLSearchParams();
  for (const [name, said] of Object.entries(query)) {
    for (const value of [said ?? []].flat()) parameters.append(name, value);
  }
  for (;;) {
    const text = parameters.toString();
    const page = await reporter.ask(text ? `${path}?${text}` : path, readPage<Item>, options);
    yield* page.items;
    if (page.next === null) return;
    parameters.set("cursor", page.next);
  }
}

function readPage<Item>(body: unknown): Page<Item> {
  const page = body as Page<Item> | null;
  if (!Array.isArray(page?.items)) throw new Error("what answered is not drett: a page was expected");
  return { items: page.items, next: page.next ?? null };
}

export function readResource(
  reporter: Reporter,
  id: string,
  options?: CallOptions,
): Promise<ResourceHistory> {
  return reporter.ask(`/v1/resources/${id}`, readHistory, options);
}

export function readOutlook(body: unknown): PolicyOutlook {
  const outlook = body as PolicyOutlook | null;
  if (!Array.isArray(outlook?.obstacles))
    throw new Error("what answered is not drett: a policy was expected");
  return outlook;
}

export function readPlan(body: unknown): PlanHistory {
  const plan = body as PlanHistory | null;
  if (!Array.isArray(plan?.items)) throw new Error("what answered is not drett: a plan was expected");
  return plan;
}

export function readSummary(body: unknown): FindingsSummary {
  const summary = body as FindingsSummary | null;
  if (!Array.isArray(summary?.byKind))
    throw new Error("what answered is not drett: a summary of findings was expected");
  return summary;
}

function readHistory(body: unknown): ResourceHistory {
  const history = body as ResourceHistory | null;
  if (!Array.isArray(history?.facts)) throw new Error("what answered is not drett: a resource was expected");
  return history;
}
