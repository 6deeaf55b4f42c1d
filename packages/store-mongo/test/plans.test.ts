import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Query } from "@drett/core";
import { type Document, MongoClient } from "mongodb";
import { openStore } from "../src/index.ts";
import { filterOf, hintOf, sortOf } from "../src/reading.ts";
import { onMongod } from "./support/on-mongod.ts";
import { noServer } from "./support/program.ts";

/** The stages of a plan and the indexes that it reads. */
function stagesIn(stage: Document): string[] {
  const inner = [stage.inputStage, ...(stage.inputStages ?? [])].filter(Boolean);
  return [stage.indexName ?? stage.stage, ...inner.flatMap(stagesIn)];
}

describe("the plan of a query", { skip: noServer }, () => {
  const { server, fresh } = onMongod();

  async function planOf(asked: Query): Promise<string[]> {
    const settings = fresh();
    const store = await openStore(settings);
    await store.close();
    await using client = new MongoClient(server().url);
    const found = client
      .db(settings.db)
      .collection("drett_records")
      .find(filterOf(asked) as object);
    if (hintOf(asked) !== undefined) found.hint(hintOf(asked) as string);
    const { queryPlanner } = await found.sort(sortOf(asked.order)).explain("queryPlanner");
    return stagesIn(queryPlanner.winningPlan);
  }

  const after = (order: string, ...place: unknown[]) =>
    Buffer.from(JSON.stringify([order, ...place, "0mg4k2x1c3a-k3f9az01"])).toString("base64url");
  const kind = "resource";
  const plans: readonly [name: string, asked: Query, index: string][] = [
    ["what is due", { kind, order: "due", dueBy: 1, limit: 10 }, "due"],
    ["what is due, further on", { kind, order: "due", dueBy: 9, limit: 10, cursor: after("due", 1) }, "due"],
    ["what is due of both kinds", { order: "due", limit: 10 }, "due"],
    ["findings", { order: "finding", limit: 10 }, "finding"],
    ["findings, further on", { order: "finding", limit: 10, cursor: after("finding", 2, 3) }, "finding"],
    ["findings of an application", { order: "finding", where: { application: "a" }, limit: 10 }, "finding"],
    ["members", { kind, order: "newest", where: { allocation: "a" }, limit: 10 }, "members"],
    ["a state", { kind, order: "newest", where: { state: "unknown" }, limit: 10 }, "state"],
    ["an application", { kind, order: "newest", where: { application: "a" }, limit: 10 }, "application"],
    ["a tag", { kind, order: "newest", tags: ["t"], limit: 10 }, "tags"],
    ["the newest", { kind, order: "newest", limit: 10 }, "newest"],
    ["the newest of both kinds", { order: "newest", limit: 10, cursor: after("newest") }, "newest"],
    ["the oldest", { order: "oldest", limit: 10 }, "newest"],
    ["an owner, along the newest", { kind, order: "newest", where: { owner: "a" }, limit: 10 }, "newest"],
  ];
  for (const [name, asked, index] of plans) {
    it(`serves ${name} from an index, in its order`, async () => {
      const stages = await planOf(asked);
      assert.ok(stages.includes(index), stages.join(", "));
      assert.ok(!stages.includes("SORT") && !stages.includes("COLLSCAN"), stages.join(", "));
    });
  }
});
