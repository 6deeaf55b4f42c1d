import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { describe, test } from "node:test";
import type { SessionNews } from "../src/index.ts";
import type { Defaults } from "../src/settings.ts";
import { problem } from "./fake-server.ts";
import { mishap, rejection, World } from "./world.ts";

const vm = { type: "vm" };
const SECOND = 1_000;

/** A client with a session of a minute that has noted one intent. */
async function aSession(defaults: Defaults = {}) {
  const world = new World();
  const news: SessionNews[] = [];
  const drett = world.drett({ session: "60s", onSession: (it) => news.push(it), ...defaults });
  const resource = await world.run(drett.intend(vm));
  return { world, drett, news, resource };
}
const beats = (world: World) => world.seen.filter(({ path }) => path.endsWith("/heartbeat"));

describe("a session", () => {
  test("is opened by the first intent, in the same request, and named in all", async () => {
    const { world, drett, resource } = await aSession();
    assert.deepEqual(world.paths, ["/v1/batch"]);
    const id = drett.session as string;
    const { at, ...opened } = world.server.facts(id)[0] ?? { kind: "" };
    assert.deepEqual(opened, { kind: "open-session", application: "probe", module: "nova", ttlSeconds: 60 });
    const second = await world.run(drett.intend(vm));
    for (const it of [resource, second]) assert.equal(world.server.facts(it.id)[0]?.session, id);
  });

  test("says on which machine it is", async () => {
    const world = new World();
    world.hostname = "node-7";
    const drett = world.drett({ session: "60s" });
    await world.run(drett.intend(vm));
    assert.equal(world.server.facts(drett.session as string)[0]?.host, "node-7");
  });

  test("is promised by each intent until drett has answered for it, so that it is opened together with the note", async () => {
    const { world, drett, resource } = await aSession();
    const [{ at } = { at: undefined }] = world.server.facts(drett.session as string);
    assert.deepEqual(world.server.facts(resource.id)[0]?.opens, { ttlSeconds: 60, at });
    const second = await world.run(drett.intend(vm));
    assert.equal(world.server.facts(second.id)[0]?.opens, undefined);
  });

  test("is promised by no intent of another application", async () => {
    const world = new World();
    world.server.refusals.set("open-session", () => problem(503, "store-unavailable"));
    const drett = world.drett({ session: "60s" });
    const [own, other] = await Promise.all([
      world.run(drett.intend(vm)),
      world.run(drett.intend({ ...vm, application: "other" })),
    ]);
    assert.notEqual(world.server.facts(own.id)[0]?.opens, undefined);
    assert.equal(world.server.facts(other.id)[0]?.opens, undefined);
  });

  test("that was refused while its intent was taken is opened without another intent", async () => {
    const world = new World();
    const news: SessionNews[] = [];
    const drett = world.drett({ session: "60s", deadline: "5s", onSession: (it) => news.push(it) });
    world.server.refusals.set("open-session", () => problem(503, "store-unavailable"));
    await world.run(drett.intend(vm));
    await world.pass(30 * SECOND);
    assert.deepEqual(world.server.kinds(drett.session as string), []);
    world.server.refusals.delete("open-session");
    await world.pass(20 * SECOND);
    assert.deepEqual(world.server.kinds(drett.session as string), ["open-session"]);
    await world.pass(60 * SECOND);
    assert.deepEqual(news, []);
  });

  test("that an intent has opened beats, and lapses, though its own note is never answered", async () => {
    const world = new World();
    const news: SessionNews[] = [];
    const drett = world.drett({ session: "60s", deadline: "1h", onSession: (it) => news.push(it) });
    world.server.refusals.set("open-session", () => problem(503, "store-unavailable"));
    await world.run(drett.intend(vm));
    world.server.records.set(drett.session as string, []);
    await world.pass(90 * SECOND);
    assert.equal(beats(world).length, 4);
    assert.deepEqual(news, []);
    world.always = mishap.unheard;
    await world.pass(80 * SECOND);
    assert.deepEqual(news, [{ kind: "lapsed" }]);
  });

  test("that nothing has opened does not lapse", async () => {
    const world = new World();
    const news: SessionNews[] = [];
    const drett = world.drett({ session: "60s", deadline: "5s", onSession: (it) => news.push(it) });
    world.always = mishap.unheard;
    await world.run(rejection(drett.intend(vm)));
    await world.pass(120 * SECOND);
    assert.deepEqual(news, []);
    world.always = undefined;
    await world.pass(30 * SECOND);
    assert.deepEqual(world.server.kinds(drett.session as string), ["open-session"]);
  });

  test("does not cover what says so", async () => {
    const { world, drett } = await aSession();
    const disk = await world.run(drett.intend({ type: "volume", session: false }));
    assert.equal(world.server.facts(disk.id)[0]?.session, undefined);
  });

  test("is not opened where none is wanted", async () => {
    const { world, drett } = await aSession({ session: false });
    assert.equal(drett.session, undefined);
    await world.pass(120 * SECOND);
    assert.deepEqual(world.paths, ["/v1/resources"]);
  });

  test("beats at a third of its TTL, a little sooner by chance", async () => {
    const { world } = await aSession();
    world.random = 0;
    await world.pass(60 * SECOND);
    const times = beats(world).map(({ time }) => time / SECOND);
    assert.deepEqual(times, [20, 36, 52]);
  });

  test("is closed in order, and beats no more", async () => {
    const { world, drett } = await aSession();
    const id = drett.session as string;
    await world.run(drett[Symbol.asyncDispose]());
    assert.deepEqual(world.server.kinds(id), ["open-session", "close-session"]);
    assert.equal(world.timers, 0);
    await world.run(drett.close());
  });
});

describe("a session that is not heard", () => {
  test("is tried again soon, and nobody is told while its TTL is not over", async () => {
    const { world, drett, news } = await aSession();
    const { signal } = drett;
    world.mishaps = [mishap.unheard, mishap.status(503)];
    await world.pass(40 * SECOND);
    assert.deepEqual(
      beats(world).map(({ time }) => time),
      [20_000, 20_200, 20_600],
    );
    assert.deepEqual(news, []);
    assert.equal(signal.aborted, false);
  });

  test("has lapsed once its TTL is over, and recovers when it is heard", async () => {
    const { world, drett, news } = await aSession();
    const { signal } = drett;
    world.always = mishap.unheard;
    await world.pass(59 * SECOND);
    assert.deepEqual(news, []);
    await world.pass(12 * SECOND);
    assert.deepEqual(news, [{ kind: "lapsed" }]);
    assert.equal(signal.aborted, true);
    assert.equal((signal.reason as { code: string }).code, "session-lapsed");
    world.always = undefined;
    await world.pass(20 * SECOND);
    assert.deepEqual(news, [{ kind: "lapsed" }, { kind: "recovered" }]);
    assert.equal(drett.signal.aborted, false);
  });

  test("by a server that hangs lapses as well", async () => {
    const { world, news } = await aSession();
    world.always = mishap.silent;
    await world.pass(75 * SECOND);
    assert.deepEqual(news, [{ kind: "lapsed" }]);
  });

  test("learns once what it has lost", async () => {
    const { world, drett, news } = await aSession();
    const { signal } = drett;
    const since = "2026-11-23T09:10:00.000Z";
    world.server.lost = [{ code: "claimed", resource: "vm-1", claim: 3, since }];
    await world.pass(60 * SECOND);
    assert.deepEqual(news, [{ kind: "lost", resource: "vm-1", claim: 3, since }]);
    assert.equal((signal.reason as { code: string }).code, "claimed");
    assert.equal(drett.signal.aborted, false);
  });

  test("is opened again where the server has never heard of it", async () => {
    const { world, drett } = await aSession();
    const id = drett.session as string;
    world.server.records.delete(id);
    await world.pass(45 * SECOND);
    assert.deepEqual(world.server.kinds(id), ["open-session"]);
  });

  const ends = {
    "somebody else has closed": [409, "session-closed"],
    "was pruned": [410, "pruned"],
  } as const;
  for (const [what, [status, code]] of Object.entries(ends)) {
    test(`that ${what} is replaced by the next intent`, async () => {
      const { world, drett, news } = await aSession();
      const first = drett.session;
      world.server.refusals.set("heartbeat", () => problem(status, code));
      await world.pass(25 * SECOND);
      assert.deepEqual(news, [{ kind: "lapsed" }]);
      await world.run(drett.intend(vm));
      assert.notEqual(drett.session, first);
    });
  }
});

describe("a server without sessions", () => {
  test("that does not know the field gets the note all the same", async () => {
    const world = new World();
    world.server.refusals.set("open-session", () => problem(400, "unknown-command"));
    world.server.refusals.set("register-intent", (said) =>
      said.session === undefined ? undefined : problem(400, "unknown-field"),
    );
    const drett = world.drett({ session: "60s" });
    const resource = await world.run(drett.intend(vm));
    assert.deepEqual(world.server.kinds(resource.id), ["register-intent"]);
    await world.run(drett.intend(vm));
    assert.equal(drett.session, undefined);
    await world.pass(120 * SECOND);
    assert.deepEqual(beats(world), []);
  });

  test("that opens none together with an intent gets the note, and the session apart from it", async () => {
    const world = new World();
    world.server.refusals.set("register-intent", (said) =>
      said.opens === undefined ? undefined : problem(400, "unknown-field"),
    );
    const drett = world.drett({ session: "60s" });
    const resource = await world.run(drett.intend(vm));
    const id = drett.session as string;
    assert.deepEqual(world.server.kinds(id), ["open-session"]);
    assert.equal(world.server.facts(resource.id)[0]?.session, id);
    await world.pass(30 * SECOND);
    assert.equal(beats(world).length, 1);
  });

  test("that serves one request is not asked again", async () => {
    const world = new World();
    world.server.refusals.set("open-session", () => problem(501, "no-sessions"));
    const drett = world.drett({ session: "60s" });
    await world.run(drett.intend(vm));
    await world.run(drett.intend(vm));
    assert.equal(world.seen.filter(({ path }) => path === "/v1/sessions").length, 0);
    assert.equal(drett.session, undefined);
  });
});

test("an open session does not keep the process alive", async (t) => {
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const item = { status: 200, body: { id: "x" } };
      response.setHeader("content-type", "application/json").end(JSON.stringify({ results: [item, item] }));
    });
  }).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const program = `
    import { Drett } from ${JSON.stringify(new URL("../src/index.ts", import.meta.url).href)};
    const drett = new Drett({ url: "http://127.0.0.1:${port}", application: "a", module: "m", owner: "o" });
    await drett.intend({ type: "vm" });
    console.log(drett.session === undefined ? "no session" : "open");`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
    signal: t.signal,
  });
  let said = "";
  child.stdout.on("data", (text: Buffer) => (said += String(text)));
  const [code] = (await once(child, "close")) as [number];
  assert.deepEqual([code, said], [0, "open\n"]);
});
