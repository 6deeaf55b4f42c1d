import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";
import { resourceKey, type Store } from "@drett/core";
import { openStore } from "../src/index.ts";
import { namesOf, readAll } from "./support/changes.ts";
import { onMongod } from "./support/on-mongod.ts";
import { noServer } from "./support/program.ts";
import { until } from "./support/until.ts";

/** Reads on from where it was. */
class Follower {
  readonly told: string[] = [];
  readonly #store: Store;
  #cursor: string | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  async has(names: readonly string[]): Promise<boolean> {
    const { events, cursor } = await this.#store.events(this.#cursor, 100);
    this.#cursor = cursor;
    this.told.push(...namesOf(events));
    return events.length === 0 && new Set(names).isSubsetOf(new Set(this.told));
  }
}

describe("a server that stands still in the midst of its work", { skip: noServer }, () => {
  const { fresh } = onMongod();

  it("has its facts told by another; nothing is left out or told twice once it goes on", {
    timeout: 120_000,
  }, async (t) => {
    const settings = fresh();
    const store = await openStore(settings);
    t.after(() => store.close());
    const follower = new Follower(store);
    const acknowledged: string[] = [];
    const [program, args] = [new URL("./support/write-on.ts", import.meta.url), [JSON.stringify(settings)]];
    const child = fork(program, [...args, "still"]);
    const died = once(child, "exit");
    t.after(() => child.kill("SIGKILL"));
    child.on("message", (id) => void acknowledged.push(`${id as string} 0`));
    for (let round = 0; round < 3; round++) {
      const before = acknowledged.length;
      await until("it writes", async () => acknowledged.length >= before + 100);
      child.kill("SIGSTOP");
      await until("another tells what it wrote", () => follower.has(acknowledged));
      child.kill("SIGCONT");
    }
    const before = acknowledged.length;
    await until("it goes on", async () => acknowledged.length >= before + 100);
    child.kill("SIGKILL");
    await died;
    await until("all is told", () => follower.has(acknowledged));
    const told = await readAll(store);
    assert.deepEqual(follower.told, namesOf(told), "who read along has what is read from the beginning");
    assert.equal(new Set(follower.told).size, follower.told.length, "nothing is told twice");
    assert.equal((await store.load(told.map(({ id }) => resourceKey(id)))).length, told.length);
  });
});
