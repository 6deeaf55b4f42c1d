import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { resourceKey, type Store, StoreUnavailable } from "@drett/core";
import { openStore } from "../src/index.ts";
import { created, namesOf, readAll } from "./support/changes.ts";
import { freshName, Mongod } from "./support/mongod.ts";
import { noProgram } from "./support/program.ts";
import { refusal } from "./support/refusal.ts";
import { until } from "./support/until.ts";

const settingsFor = ({ port }: Mongod) => ({
  host: "127.0.0.1",
  port,
  db: freshName(),
  connect_timeout: 1,
  timeout: 1,
});

/** Writes on and on, as the committer does: what is unknown is not acknowledged. */
class Witness {
  readonly acknowledged: string[] = [];
  readonly refusals: StoreUnavailable[] = [];
  #isOver = false;
  #sent = 0;

  async work(store: Store, name: string): Promise<void> {
    while (!this.#isOver) {
      const changes = Array.from({ length: 4 }, () => created(`${name}-${this.#sent++}`));
      try {
        await store.load([resourceKey("none")]);
        const outcomes = await store.commit(changes);
        this.acknowledged.push(...changes.filter((_, at) => outcomes[at] === "applied").map(({ id }) => id));
      } catch (error) {
        assert.ok(error instanceof StoreUnavailable, String(error));
        this.refusals.push(error);
      }
    }
  }

  end(): void {
    this.#isOver = true;
  }
}

/** Everything that was acknowledged is there, and the feed tells of all that is there, once. */
async function checkAll(store: Store, { acknowledged }: Witness): Promise<void> {
  const stored = await store.load(acknowledged.map(resourceKey));
  assert.equal(stored.length, acknowledged.length);
  await until("the feed tells all", async () => {
    const told = namesOf(await readAll(store));
    assert.equal(new Set(told).size, told.length);
    return acknowledged.every((id) => told.includes(`${id} 0`));
  });
  const told = (await readAll(store)).map(({ id }) => resourceKey(id));
  assert.equal((await store.load(told)).length, told.length);
}

for (const replicaSet of [false, true]) {
  const kind = replicaSet ? "a replica set of one" : "a server that stands alone";
  describe(`an outage of MongoDB, as ${kind}`, { skip: noProgram }, () => {
    it("costs nothing that was acknowledged, when it is killed under load", {
      timeout: 180_000,
    }, async () => {
      await using mongod = await Mongod.start({ replicaSet });
      const store = await openStore(settingsFor(mongod));
      const witness = new Witness();
      const work = [witness.work(store, "a"), witness.work(store, "b")];
      for (let round = 1; round <= 3; round++) {
        const before = witness.acknowledged.length;
        await until("it writes", async () => witness.acknowledged.length > before + 100);
        const refused = witness.refusals.length;
        await mongod.kill();
        await until("it is refused", async () => witness.refusals.length > refused);
        await mongod.launch();
        await mongod.writable();
      }
      const before = witness.acknowledged.length;
      await until("it writes again", async () => witness.acknowledged.length > before + 100);
      witness.end();
      await Promise.all(work);
      for (const { remedy } of witness.refusals) assert.notEqual(remedy, "");
      await checkAll(store, witness);
      await store.close();
    });

    it("holds no command for ever, when it is stopped in its tracks", { timeout: 120_000 }, async () => {
      await using mongod = await Mongod.start({ replicaSet });
      const store = await openStore(settingsFor(mongod));
      assert.deepEqual(await store.commit([created("a")]), ["applied"]);
      mongod.signal("SIGSTOP");
      const outcome = await store.commit([created("b")]).catch((error: unknown) => error);
      assert.ok(
        outcome instanceof StoreUnavailable || (outcome as string[])[0] === "unknown",
        String(outcome),
      );
      await assert.rejects(store.load([resourceKey("a")]), refusal(/does not answer|no primary/, /./));
      mongod.signal("SIGCONT");
      await until("it goes on", () =>
        store.load([resourceKey("a")]).then(
          (records) => records.length === 1,
          () => false,
        ),
      );
      const [again] = await store.commit([created("b")]);
      assert.ok(again === "applied" || again === "conflict", again);
      await until("the feed tells both", async () => namesOf(await readAll(store)).length === 2);
      await store.close();
    });
  });
}

describe("a full disk under MongoDB", () => {
  const noMount =
    spawnSync("mount", ["--version"]).error !== undefined || process.getuid?.() !== 0 || !canMount();
  const skip =
    noProgram ?? (noMount ? "nothing can be mounted here: run it as root, or with CAP_SYS_ADMIN" : undefined);

  it("costs nothing that was acknowledged, and drett goes on when there is room", {
    skip,
    timeout: 180_000,
  }, async () => {
    const parent = mkdtempSync(join(tmpdir(), "drett-small-disk-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=600m", "none", parent]);
    try {
      writeFileSync(join(parent, "ballast"), Buffer.alloc(200 * 1024 * 1024));
      await using mongod = await Mongod.start({ parent });
      const store = await openStore(settingsFor(mongod));
      const acknowledged: string[] = [];
      const body = JSON.stringify([{ note: randomText(200_000) }]);
      const write = async (id: string) => {
        const [outcome] = await store.commit([{ ...created(id), body }]);
        if (outcome === "applied") acknowledged.push(id);
        return outcome === "applied";
      };
      let refused: unknown;
      for (let number = 0; refused === undefined && number < 5_000; number++) {
        await write(`r${number}`).catch((error: unknown) => {
          refused = error;
        });
      }
      assert.ok(refused instanceof StoreUnavailable, String(refused));
      rmSync(join(parent, "ballast"));
      await mongod.kill();
      await mongod.launch();
      await mongod.writable();
      await until("it goes on", () => write("after").catch(() => false));
      for (const id of acknowledged) assert.equal((await store.load([resourceKey(id)])).length, 1, id);
      await store.close();
    } finally {
      execFileSync("umount", [parent]);
      rmSync(parent, { recursive: true });
    }
  });
});

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "drett-mount-"));
  const isMounted = spawnSync("mount", ["-t", "tmpfs", "none", folder]).status === 0;
  if (isMounted) spawnSync("umount", [folder]);
  rmSync(folder, { recursive: true });
  return isMounted;
}

/** Text that no compression makes small. */
function randomText(length: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(60_000)))
    .toString("base64")
    .repeat(Math.ceil(length / 80_000))
    .slice(0, length);
}
