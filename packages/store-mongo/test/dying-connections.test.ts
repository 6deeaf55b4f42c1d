import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as pause, setImmediate as turn } from "node:timers/promises";
import { TcpProxy } from "@drett/conformance";
import { resourceKey, type Store } from "@drett/core";
import { openStore } from "../src/index.ts";
import { freshName, Mongod } from "./support/mongod.ts";
import { noProgram } from "./support/program.ts";

const ROUNDS = 15;
const TURNS = 30;

describe("a connection that dies just as a command is written to it", { skip: noProgram }, () => {
  it("keeps nobody waiting for ever", { timeout: 120_000 }, async (t) => {
    await using mongod = await Mongod.start();
    const proxy = await TcpProxy.start({ host: "127.0.0.1", port: mongod.port });
    t.after(() => proxy.close());
    const { host, port } = proxy;
    const store = await openStore({ host, port, db: freshName(), connect_timeout: 1, timeout: 1 });
    t.after(() => store.close());
    for (let round = 0; round < ROUNDS; round++) {
      const loading = await loadWhile(store, () => proxy.cut());
      const ended = Promise.allSettled(loading).then(() => true);
      assert.ok(await Promise.race([ended, patience()]), `round ${round}: some load never ended`);
    }
  });
});

/** Begins a load in every turn of the event loop, some before and some after it happens. */
async function loadWhile(store: Store, happen: () => void): Promise<Promise<unknown>[]> {
  const loading: Promise<unknown>[] = [];
  for (let at = 0; at < TURNS; at++) {
    if (at === TURNS / 2) happen();
    loading.push(store.load([resourceKey("none")]).catch(() => {}));
    await turn();
  }
  return loading;
}

async function patience(): Promise<false> {
  await pause(30_000, undefined, { ref: false });
  return false;
}
