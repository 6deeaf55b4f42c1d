import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { StoreUnavailable } from "@drett/core";
import { openStore } from "@drett/store-sqlite";
import { ConfigRefused } from "../../src/config/config-refused.ts";
import type { OldCollections } from "../../src/import-old/old-collections.ts";
import { type OldImportArguments, runOldImport } from "../../src/import-old/run-old-import.ts";
import type { Terminal } from "../../src/import-old/terminal.ts";
import { directoryWith } from "../config/configured.ts";
import { contentsOf } from "../support/test-server.ts";
import { listed, local, oid, oldAllocation, oldResource } from "./old-documents.ts";

const DOCUMENTS = {
  allocations: [oldAllocation(), oldAllocation({ _id: oid(10), state: "DONE", close_time: local(5) })],
  resources: [
    oldResource(),
    oldResource({ _id: oid(20), state: "FAILED", reason: "Timeout()" }),
    oldResource({ _id: oid(21), state: "FAILED" }),
    oldResource({ _id: oid(22), allocation_oid: oid(99) }),
    oldResource({ _id: 7, owner: "" }),
  ],
};

interface Trial {
  readonly directory: string;
  readonly exit: number;
  readonly out: string;
  readonly said: string;
  readonly drawn: readonly string[];
  readonly asked: readonly string[];
}

interface World {
  readonly documents?: typeof DOCUMENTS;
  readonly from?: OldCollections;
  /** What is answered at the terminal, where there is one. */
  readonly answer?: string;
  readonly directory?: string;
}

/** Runs it on an embedded store, and remembers all that it said. */
async function run(t: TestContext, args: Partial<OldImportArguments>, world: World = {}): Promise<Trial> {
  const { answer, documents = DOCUMENTS, from = listed(documents) } = world;
  const directory = world.directory ?? directoryWith(t, { "config.yaml": "store: {directory: data}\n" });
  const [out, said, drawn, asked]: [string[], string[], string[], string[]] = [[], [], [], []];
  const terminal: Terminal = {
    out: (text) => void out.push(text),
    say: (text) => void said.push(text),
    ...(answer !== undefined && {
      draw: (line) => void drawn.push(line),
      ask: async (question) => {
        asked.push(question);
        return answer;
      },
    }),
  };
  const given = { directory, timezone: "Europe/Budapest", ...args };
  const exit = await runOldImport(given, { env: {}, terminal, open: async () => from });
  return { directory, exit, out: out.join("\n"), said: said.join("\n"), drawn, asked };
}

async function recordsIn(directory: string): Promise<number> {
  const data = join(directory, "data");
  if (!existsSync(data)) return 0;
  const store = await openStore({ directory: data });
  try {
    return ((await contentsOf(store)) as { records: unknown[] }).records.length;
  } finally {
    await store.close();
  }
}

const LEFT = [
  `  resources ${oid(22).$oid}: its allocation ${oid(99).$oid} was not brought over: name an application for it with --application`,
  "  resources 7: its _id is no ObjectId",
];

test("--dry-run counts, names what cannot be brought over, and opens no store", async (t) => {
  const { directory, exit, out } = await run(t, { dryRun: true });
  assert.deepEqual(out.split("\n"), [
    "allocations: 2 read, 2 to be recorded, 0 left",
    "        1  DONE → done",
    "        1  PENDING → open",
    "resources: 5 read, 3 to be recorded, 2 left",
    "        2  FAILED → unknown",
    "        1  PENDING → pending",
    "Remarks:",
    `        2  resources: without close_time, the time of its creation is taken (${oid(20).$oid}, …)`,
    "Cannot be brought over:",
    ...LEFT,
  ]);
  assert.equal(exit, 2);
  assert.equal(existsSync(join(directory, "data")), false);
});

test("--yes records it without a question, and a second time recognises it", async (t) => {
  const first = await run(t, { yes: true });
  assert.match(first.out, /allocations: 2 read, 2 recorded, 0 recorded before, 0 left/);
  assert.match(first.out, /resources: 5 read, 3 recorded, 0 recorded before, 2 left/);
  assert.deepEqual(first.out.split("\n").slice(-3), ["Not brought over:", ...LEFT]);
  assert.equal(first.exit, 2);
  assert.equal(await recordsIn(first.directory), 5);
  const second = await run(t, { yes: true }, { directory: first.directory });
  assert.match(second.out, /resources: 5 read, 0 recorded, 3 recorded before, 2 left/);
  assert.equal(await recordsIn(first.directory), 5);
});

test("it ends well where nothing is left", async (t) => {
  const documents = { allocations: DOCUMENTS.allocations, resources: DOCUMENTS.resources.slice(0, 3) };
  const { exit, out } = await run(t, { yes: true }, { documents });
  assert.equal(exit, 0);
  assert.doesNotMatch(out, /brought over/);
  const orphans = { ...documents, resources: DOCUMENTS.resources.slice(0, 4) };
  assert.equal((await run(t, { yes: true, application: "orphans" }, { documents: orphans })).exit, 0);
});

test("at a terminal it shows the plan, asks, and records what is wanted", async (t) => {
  for (const answer of ["", "n", "no", "yess"]) {
    const { directory, exit, said, asked } = await run(t, {}, { answer });
    assert.match(said, /resources: 5 read, 3 to be recorded/);
    assert.match(said, /Nothing was recorded\.$/);
    assert.deepEqual(asked, [`Record this in the store of ${join(directory, "config.yaml")}? [y/N] `]);
    assert.deepEqual([exit, await recordsIn(directory)], [1, 0]);
  }
  for (const answer of ["y", " YES\n"]) {
    const { directory, out, exit } = await run(t, {}, { answer });
    assert.match(out, /resources: 5 read, 3 recorded/);
    assert.deepEqual([exit, await recordsIn(directory)], [2, 5]);
  }
});

test("where nobody is there to ask it shows the plan, and refuses", async (t) => {
  const { directory, exit, said, out, drawn } = await run(t, {});
  assert.match(said, /resources: 5 read, 3 to be recorded/);
  assert.match(said, /nobody is there to ask: --yes records it, --dry-run only counts\.$/);
  assert.deepEqual([exit, out, drawn, await recordsIn(directory)], [1, "", [], 0]);
});

test("at a terminal a bar moves, and is gone in the end", async (t) => {
  const resources = Array.from({ length: 1_000 }, (_, n) => oldResource({ _id: oid(100 + n) }));
  const { drawn } = await run(t, { yes: true }, { documents: { ...DOCUMENTS, resources }, answer: "" });
  assert.ok(drawn.length <= 110, "by whole percents");
  assert.match(drawn[0] ?? "", /^allocations █{15}░{15} 50 % of 2$/);
  assert.match(drawn.at(-2) ?? "", /^resources {3}█{30} 100 % of 1000$/);
  assert.equal(drawn.at(-1), "");
});

test("--json prints the whole report for programs, and --report writes it to a file", async (t) => {
  const file = join(directoryWith(t, {}), "report.json");
  for (const args of [{ dryRun: true }, { yes: true }]) {
    const { out } = await run(t, { ...args, json: true, report: file });
    assert.equal(readFileSync(file, "utf8"), `${out}\n`);
    const { resources, ...others } = JSON.parse(out);
    assert.deepEqual(others, {
      dryRun: "dryRun" in args,
      timeZone: "Europe/Budapest",
      allocations: {
        read: 2,
        new: 2,
        known: 0,
        states: { "PENDING → open": 1, "DONE → done": 1 },
        left: [],
        remarks: [],
      },
    });
    assert.deepEqual(resources.left[1], { _id: 7, reason: "its _id is no ObjectId" });
    assert.deepEqual(resources.remarks[0], {
      _id: oid(20),
      remarks: ["without close_time, the time of its creation is taken"],
    });
  }
});

test("the plan before the question does not disturb the JSON", async (t) => {
  const { out } = await run(t, { json: true }, { answer: "y" });
  assert.equal(JSON.parse(out).dryRun, false);
});

test("without --timezone it says whose zone it takes", async (t) => {
  const { said, out } = await run(t, { timezone: undefined, dryRun: true, json: true });
  const { timeZone } = JSON.parse(out);
  assert.ok(said.includes(`read as those of ${timeZone}, the zone of this machine`), said);
});

for (const [what, args, message] of [
  [
    "a zone that is none",
    { timezone: "Europe/Budapst" },
    /^--timezone Europe\/Budapst is no time zone; did you mean Europe\/Budapest\?$/,
  ],
  ["a zone that is nothing like one", { timezone: "??" }, /^--timezone \?\? .*; use an IANA name/],
  ["an application that is none", { application: "" }, /^--application is no name$/],
  [
    "a report that cannot be written",
    { report: "/nowhere/report.json" },
    /^--report \/nowhere\/report\.json cannot be written: /,
  ],
  ["a directory whose configuration is wrong", { into: "FAULTY" }, /config\.yaml:1: prot is not a setting/],
] as const) {
  test(`${what} is refused before anything is read`, async (t) => {
    const faulty = directoryWith(t, { "config.yaml": "prot: 1\n" });
    const given = "into" in args ? { into: faulty } : args;
    const from = { ...listed(DOCUMENTS), read: () => assert.fail("it was read") };
    await assert.rejects(run(t, { ...given, yes: true }, { from }), (error) => {
      assert.ok(error instanceof ConfigRefused);
      assert.match(error.message, message);
      return true;
    });
  });
}

test("a report of an earlier run stays where nothing is recorded", async (t) => {
  const directory = directoryWith(t, { "config.yaml": "", "report.json": "earlier" });
  const file = join(directory, "report.json");
  await run(t, { report: file }, { directory, answer: "n" });
  assert.equal(readFileSync(file, "utf8"), "earlier");
});

test("a store that fails in the middle is named with what to do, and the next run goes on", async (t) => {
  const core = import.meta.resolve("@drett/core");
  const directory = directoryWith(t, {
    "config.yaml": "store: {use: ./failing.mjs}\n",
    "failing.mjs": `
      import { MemoryStore, STORE_API, StoreUnavailable } from "${core}";
      const store = new MemoryStore();
      let flushes = 0;
      store.close = async () => {};
      store.commit = async (changes) => {
        if (++flushes === 2) throw new StoreUnavailable("the disk is full", "Make room.");
        return MemoryStore.prototype.commit.call(store, changes);
      };
      export const plugin = { api: STORE_API, settings: {}, open: async () => store };`,
  });
  const failure = await run(t, { yes: true }, { directory }).then(
    () => assert.fail("it went through"),
    (error: unknown) => error,
  );
  assert.ok(failure instanceof StoreUnavailable);
  assert.equal(failure.message, "the disk is full");
  assert.match(failure.remedy, /^Make room\.\n {2}What was recorded stays: run the import again/);
  const { out } = await run(t, { yes: true }, { directory });
  assert.match(out, /allocations: 2 read, 0 recorded, 2 recorded before, 0 left/);
  assert.match(out, /resources: 5 read, 3 recorded, 0 recorded before, 2 left/);
});

test("a store that is in use is said so, and the old collections are let go", async (t) => {
  const directory = directoryWith(t, { "config.yaml": "store: {directory: data}\n" });
  const holder = await openStore({ directory: join(directory, "data") });
  t.after(() => holder.close());
  let closed = 0;
  const from = { ...listed(DOCUMENTS), close: async () => void closed++ };
  await assert.rejects(run(t, { yes: true }, { directory, from }), StoreUnavailable);
  assert.equal(closed, 1);
});
