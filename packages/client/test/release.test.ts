import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ArgumentInvalid, NoExternalId, Refused, ReportLost, Unreachable } from "../src/errors.ts";
import type { Drett } from "../src/index.ts";
import { problem } from "./fake-server.ts";
import { mishap, rejection, World } from "./world.ts";

let world: World;
let drett: Drett;
beforeEach(() => {
  world = new World();
  drett = world.drett();
});
const vm = { type: "vm", acquire: () => "i-1" };
const inUse = ({ externalId }: { externalId: string }) => {
  if (externalId === "i-2") throw new Error("in use");
};
const byItsExternalId = ({ externalId }: { externalId: string }) => externalId;
const later = (id: string) => world.server.kinds(id).slice(2);

test("release notes that it goes, deletes, and notes that it is gone", async () => {
  const tracked = await world.run(drett.track(vm));
  await world.run(
    tracked.release(
      ({ id, externalId, signal }) => {
        assert.deepEqual([id, externalId, signal.aborted], [tracked.id, "i-1", false]);
        assert.deepEqual(later(id), ["releasing"]);
      },
      { timeout: "5m" },
    ),
  );
  const [releasing, freed] = world.server.facts(tracked.id).slice(2);
  assert.deepEqual([releasing?.kind, releasing?.timeoutSeconds], ["releasing", 300]);
  assert.deepEqual([freed?.kind, freed?.externalId], ["freed", "i-1"]);
});

test("that drett has pruned it long ago settles the note that it is gone, and no other", async () => {
  const tracked = await world.run(drett.track(vm));
  const pruned = problem(410, "pruned");
  for (const note of ["releasing", "freed", "extend"]) {
    world.server.refusals.set(note === "extend" ? note : `report-${note}`, () => pruned);
  }
  await world.run(tracked.release(() => {}));
  await world.run(tracked.freed());
  const error = await rejection(world.run(tracked.extend("1h")));
  assert.ok(error instanceof Refused && error.code === "pruned");
});

test("a delete that throws is noted as failed and thrown on, and may be tried again", async () => {
  const tracked = await world.run(drett.track(vm));
  const error = new Error("in use");
  assert.equal(await rejection(world.run(tracked.release(() => Promise.reject(error)))), error);
  assert.deepEqual(later(tracked.id), ["releasing", "release-failed"]);
  await world.pass(1_000);
  await world.run(tracked.release(() => {}));
  assert.deepEqual(later(tracked.id), ["releasing", "release-failed", "releasing", "freed"]);
});

test("a release that worked does nothing again; several at once share one run", async () => {
  let runs = 0;
  const release = async () => {
    runs++;
    await Promise.resolve();
  };
  const tracked = await world.run(drett.track({ ...vm, release }));
  await world.run(Promise.all([tracked.release(), tracked.release()]));
  const requests = world.seen.length;
  await world.run(tracked.release());
  assert.deepEqual([runs, world.seen.length], [1, requests]);
});

test("the end of an await using scope releases", async () => {
  const freed: string[] = [];
  const scope = async () => {
    await using tracked = await drett.track({ ...vm, release: ({ externalId }) => freed.push(externalId) });
    assert.deepEqual(freed, []);
    return tracked.id;
  };
  const id = await world.run(scope());
  assert.deepEqual(freed, ["i-1"]);
  assert.deepEqual(later(id), ["releasing", "freed"]);
});

test("the end of a scope leaves be what has no release function, and what was released by hand", async () => {
  let runs = 0;
  const scope = async () => {
    await using kept = await drett.track(vm);
    await using gone = await drett.track({ ...vm, release: () => runs++ });
    await gone.release();
    await using noted = await drett.track({ ...vm, release: () => runs++ });
    await noted.freed();
    return kept.id;
  };
  const id = await world.run(scope());
  assert.equal(runs, 1);
  assert.deepEqual(later(id), []);
});

test("that drett is away does not keep a thing from being deleted", async () => {
  let runs = 0;
  const tracked = await world.run(drett.track({ ...vm, deadline: "5s", release: () => runs++ }));
  world.always = mishap.unheard;
  const error = await rejection(world.run(tracked.release()));
  assert.ok(error instanceof ReportLost && error.cause instanceof Unreachable);
  assert.deepEqual([error.report, error.id, error.externalId], ["freed", tracked.id, "i-1"]);
  assert.deepEqual(
    [runs, world.time],
    [1, 10_000],
    "before and after it, the deadline of the call that made it",
  );

  world.always = undefined;
  const time = world.time;
  await world.run(tracked.release());
  assert.equal(runs, 1, "it is gone: it is only told again");
  const [freed] = world.server.facts(tracked.id).slice(2);
  assert.equal(freed?.kind, "freed");
  assert.ok(Date.parse(String(freed?.at)) < Date.parse("2026-11-23T09:00:00.000Z") + time);
});

test("a note of the external id that was lost is told again before the release, with its time", async () => {
  const resource = await world.run(drett.intend(vm));
  world.always = mishap.unheard;
  await rejection(world.run(resource.allocated("i-1", { deadline: "1s" })));
  await rejection(world.run(resource.allocated("i-1", { deadline: "1s" })));
  world.always = undefined;
  await world.run(resource.release(() => {}));
  const [, allocated, ...rest] = world.server.facts(resource.id);
  assert.deepEqual(
    [allocated?.kind, allocated?.externalId, allocated?.at],
    ["allocated", "i-1", "2026-11-23T09:00:00.000Z"],
  );
  assert.deepEqual(
    rest.map(({ kind }) => kind),
    ["releasing", "freed"],
  );
});

test("a note that was refused for good is not told again", async () => {
  world.server.refusals.set("report-allocated", () => problem(409, "id-used"));
  const resource = await world.run(drett.intend(vm));
  await rejection(world.run(resource.allocated("i-1")));
  world.server.refusals.clear();
  await world.run(resource.release(() => {}));
  assert.deepEqual(world.server.kinds(resource.id), ["register-intent", "releasing", "freed"]);
});

test("a delete that fails while drett is away throws its own error", async () => {
  const tracked = await world.run(drett.track({ ...vm, deadline: "1s" }));
  world.always = mishap.unheard;
  const error = new Error("in use");
  assert.equal(await rejection(world.run(tracked.release(() => Promise.reject(error)))), error);
});

test("in another process drett is asked for the external id, and a repetition is harmless", async () => {
  const { id } = await world.run(drett.track(vm));
  const freed: string[] = [];
  const release = ({ externalId }: { externalId: string }) => freed.push(externalId);
  await world.run(world.drett().resource(id).release(release));
  await world.pass(1_000);
  await world.run(world.drett().resource(id).release(release));
  assert.deepEqual(freed, ["i-1"]);
  assert.deepEqual(later(id), ["releasing", "freed"]);
});

test("of several external ids each is deleted and named", async () => {
  const { id } = await world.run(drett.track(vm));
  await world.run(drett.resource(id).allocated("i-2"));
  await world.run(drett.resource(id).allocated("i-3"));
  await world.run(drett.resource(id).freed({ externalId: "i-2" }));
  const freed: string[] = [];
  await world.run(drett.resource(id).release(({ externalId }) => freed.push(externalId)));
  assert.deepEqual(freed, ["i-1", "i-3"]);
  const named = world.server.facts(id).flatMap((fact) => (fact.kind === "freed" ? [fact.externalId] : []));
  assert.deepEqual(named, ["i-2", "i-1", "i-3"]);
});

test("a freed that names nothing speaks of the only id that was known then, not of a later one", async () => {
  const { id } = await world.run(drett.track(vm));
  await world.run(drett.resource(id).freed());
  await world.pass(1_000);
  const freed: string[] = [];
  const release = ({ externalId }: { externalId: string }) => freed.push(externalId);
  await world.run(drett.resource(id).release(release));
  assert.deepEqual(freed, []);
  await world.run(drett.resource(id).allocated("i-2"));
  await world.run(drett.resource(id).release(release));
  assert.deepEqual(freed, ["i-2"]);
});

test("of several, those that went before one failed are told as gone", async () => {
  const { id } = await world.run(drett.track(vm));
  await world.run(drett.resource(id).allocated("i-2"));
  await rejection(world.run(drett.resource(id).release(inUse)));
  assert.deepEqual(later(id).slice(1), ["releasing", "release-failed", "freed"]);
});

test("without an external id one may delete by the drett id; reading the other is an error that says so", async () => {
  const { id } = await world.run(drett.intend(vm));
  const error = await rejection(world.run(drett.resource(id).release(byItsExternalId)));
  assert.ok(error instanceof NoExternalId && error.message.includes(id));
  const freed: string[] = [];
  await world.run(drett.resource(id).release((it) => freed.push(it.id)));
  assert.deepEqual(freed, [id]);
});

test("aborted before the delete, nothing is deleted; after it, drett hears that it is gone", async () => {
  let runs = 0;
  const tracked = await world.run(drett.track({ ...vm, release: () => runs++ }));
  const early = AbortSignal.abort();
  const requests = world.seen.length;
  await rejection(world.run(tracked.release(undefined, { signal: early })));
  assert.deepEqual([runs, world.seen.length], [0, requests]);

  const during = new AbortController();
  world.mishaps = [
    (answer) => {
      during.abort();
      return answer();
    },
  ];
  await rejection(world.run(tracked.release(undefined, { signal: during.signal })));
  assert.equal(runs, 0);

  const late = new AbortController();
  await world.run(tracked.release(() => late.abort(), { signal: late.signal }));
  assert.equal(later(tracked.id).at(-1), "freed");
});

test("wrong options are an error before anything is deleted", async () => {
  let runs = 0;
  const tracked = await world.run(drett.track({ ...vm, release: () => runs++ }));
  for (const options of [{ timeout: "soon" }, { deadline: -1 }]) {
    assert.ok((await rejection(world.run(tracked.release(undefined, options)))) instanceof ArgumentInvalid);
  }
  assert.equal(runs, 0);
});

test("by attributes a thing is freed whose drett id is lost", async () => {
  const { id } = await world.run(drett.track(vm));
  const call = drett.freeByAttributes({ type: "vm", externalId: "i-1", scope: "here" });
  assert.equal(await world.run(call), id);
  assert.deepEqual(world.seen.at(-1)?.body, {
    owner: "lpds",
    type: "vm",
    externalId: "i-1",
    scope: "here",
    at: "2026-11-23T09:00:00.000Z",
  });
});
