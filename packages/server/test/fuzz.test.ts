import assert from "node:assert/strict";
import { test } from "node:test";
import { type Change, MemoryStore } from "@drett/core";
import fc from "fast-check";
import type { InjectOptions } from "fastify";
import { requests } from "./support/arbitrary-request.ts";
import { type Body, checkItem } from "./support/contract.ts";
import { TestServer } from "./support/test-server.ts";

const RUNS = Number(process.env.DRETT_TEST_FUZZ_RUNS ?? 100);

/** Remembers which records were written since it was last asked. */
class WatchedStore extends MemoryStore {
  written = new Set<string>();

  override async commit(changes: readonly Change[]) {
    for (const { kind, id } of changes) this.written.add(`${kind} ${id}`);
    return super.commit(changes);
  }
}

interface Outcome {
  readonly status: number;
  readonly body: Body;
}

/** The records that what was accepted may have written: those that it tells of, and the session that it was to open. */
function namedBy({ status, body }: Outcome, item: unknown): string[] {
  if (status >= 300) return [];
  const { session, opens } = (item ?? {}) as { session?: string; opens?: object };
  const members = (body.resources ?? []) as { id: string }[];
  return [
    `resource ${String(body.id)}`,
    `allocation ${String(body.id)}`,
    `session ${String(body.id)}`,
    `freeze ${String(body.id)}`,
    ...members.map(({ id }) => `resource ${id}`),
    ...(opens ? [`session ${session}`] : []),
  ];
}

/** Nothing where it cannot be read. */
function read(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** What a batch was asked: its items in order, where it can be read at all. */
function itemsOf({ headers, payload }: InjectOptions): unknown[] {
  const text = String(payload);
  if (headers?.["content-type"] === "application/json") {
    return (read(text) as { commands: unknown[] }).commands;
  }
  return text
    .split("\n")
    .filter((line) => /[^\0-\x20]/.test(line))
    .map(read);
}

/** Never a failure of the server, never a record that nobody was told of, and always an answer as it is promised. */
async function holds(server: TestServer, store: WatchedStore, asked: InjectOptions): Promise<number> {
  store.written.clear();
  const { status, body } = await server.ask(asked);
  assert.ok(status < 500, `${status}: ${JSON.stringify(body)}`);
  let outcomes: Outcome[] = [{ status, body }];
  let items: unknown[] = [read(String(asked.payload))];
  if (status === 200 && body.results) {
    outcomes = body.results as Outcome[];
    items = itemsOf(asked);
    assert.equal(outcomes.length, items.length, "an outcome for each");
    for (const [place, outcome] of outcomes.entries()) {
      checkItem((items[place] as { command?: unknown } | null | undefined)?.command, outcome);
      assert.ok(outcome.status < 500, JSON.stringify(outcome.body));
    }
  }
  const named = new Set(outcomes.flatMap((outcome, place) => namedBy(outcome, items[place])));
  // That a server hears sessions is no record of anybody's.
  const records = [...store.written].filter((name) => !name.startsWith("hearing "));
  assert.deepEqual(
    records.filter((record) => !named.has(record)),
    [],
    "written without a word",
  );
  return outcomes.filter((outcome) => outcome.status < 300).length;
}

test(`requests of every kind leave the server sound (${RUNS} runs)`, async (t) => {
  let [accepted, refused] = [0, 0];
  const property = fc.asyncProperty(fc.array(requests, { minLength: 5, maxLength: 30 }), async (all) => {
    const store = new WatchedStore();
    const server = new TestServer({ store });
    for (const asked of all) {
      const taken = await holds(server, store, asked);
      accepted += taken;
      refused += taken === 0 ? 1 : 0;
    }
    assert.deepEqual(server.errors, []);
    server.clock.advance(7 * 86_400);
    await server.engine.sweep();
    for (const name of [
      "list-resources",
      "list-allocations",
      "list-sessions",
      "list-findings",
      "summarize-findings",
      "read-events",
    ]) {
      assert.equal((await server.look(name)).status, 200);
    }
    await server.close();
  });
  // It names the seed where it fails.
  await fc.assert(property, { numRuns: RUNS });
  t.diagnostic(`${accepted} commands and reads accepted, ${refused} requests refused`);
  assert.ok(accepted > RUNS && refused > RUNS, `it meets both: ${accepted} accepted, ${refused} refused`);
});
