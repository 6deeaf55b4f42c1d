import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { heartbeat } from "../../domain/commands/heartbeat.ts";
import { openSession } from "../../domain/commands/open-session.ts";
import { registerIntent } from "../../domain/commands/register-intent.ts";
import { reportAllocated } from "../../domain/commands/report-allocated.ts";
import { sessionKey } from "../../domain/view.ts";
import { down } from "../testing/faulty-store.ts";
import { SessionServer, SessionWorld } from "../testing/session-world.ts";

const HOUR = 3_600_000;

/** One server, and one engine that beats once a third of a minute. */
async function aWorld() {
  const world = new SessionWorld();
  const server = world.start();
  await world.open("engine-1");
  return { world, server };
}

describe("a session", () => {
  test("stays open while its engine beats", async () => {
    const { world } = await aWorld();
    await world.pass(600);
    assert.equal(await world.state("engine-1"), "open");
  });

  test("lapses once nobody has heard it for its whole TTL, and not before", async () => {
    const { world } = await aWorld();
    await world.pass(60);
    world.die("engine-1");
    await world.pass(39);
    assert.equal(await world.state("engine-1"), "open");
    await world.pass(30);
    assert.equal(await world.state("engine-1"), "lapsed");
  });

  test("that is heard between two turns lapses not even a moment too early", async () => {
    for (const seconds of [30, 30.5]) {
      const { world } = await aWorld();
      await world.pass(seconds);
      world.die("engine-1");
      await world.beat("engine-1");
      await world.pass(59.5);
      assert.equal(await world.state("engine-1"), "open");
      await world.pass(2);
      assert.equal(await world.state("engine-1"), "lapsed");
    }
  });

  for (const [what, isAnswered] of [
    ["is opened right before its server is cut off from the store", true],
    ["is opened by a commit whose answer was lost", false],
  ] as const) {
    test(`that ${what} lapses, too, though its engine dies before it beats`, async () => {
      const { world, server } = await aWorld();
      await world.pass(5);
      const commit = world.store.commit.bind(world.store);
      world.store.commit = async (changes) => {
        const outcomes = await commit(changes);
        if (!changes.some(({ id }) => id === "engine-2")) return outcomes;
        server.isCutOff = true;
        return isAnswered ? outcomes : down();
      };
      const input = { id: "engine-2", application: "probe", module: "nova", ttlSeconds: 60 };
      const outcome = await server.engine.submit(openSession, input, "tester");
      assert.equal("reply" in outcome, isAnswered);
      await world.pass(5);
      server.isCutOff = false;
      await world.pass(120);
      assert.equal(await world.state("engine-2"), "lapsed");
      assert.equal(await world.hasLapsed("engine-1"), false);
    });
  }

  describe("that is opened by its first intent", () => {
    const intent = {
      id: "vm-1",
      application: "probe",
      module: "nova",
      type: "vm",
      owner: "lpds",
      session: "engine-2",
      opens: { ttlSeconds: 60 },
    };
    const spoken = async ({ engine }: SessionServer) => {
      for (const [command, input] of [
        [registerIntent, intent],
        [reportAllocated, { id: "vm-1", externalId: "i-1" }],
      ] as const) {
        assert.ok("reply" in (await engine.submit(command as typeof registerIntent, input, "tester")));
      }
    };

    test("lapses, though its engine dies before it says anything else", async () => {
      const { world, server } = await aWorld();
      await spoken(server);
      await world.pass(58);
      await server.sweep();
      assert.deepEqual(await server.findings(), []);
      await world.pass(5);
      await server.sweep();
      assert.deepEqual(await server.findings(), ["session-lapsed vm-1"]);
    });

    test("lapses as well where its server dies at the same moment", async () => {
      const { world, server } = await aWorld();
      await spoken(server);
      world.kill(server);
      await world.pass(300);
      const next = world.start();
      await world.pass(58);
      assert.equal(await world.state("engine-2"), "open");
      await world.pass(10);
      await next.sweep();
      assert.deepEqual(await next.findings(), ["session-lapsed vm-1"]);
    });

    test("stays open while its engine is refused by a server that cannot hear", async () => {
      const { world, server } = await aWorld();
      await world.pass(5);
      const commit = world.store.commit.bind(world.store);
      world.store.commit = (changes) =>
        changes.some(({ kind }) => kind === "hearing") ? down() : commit(changes);
      await world.pass(20);
      await spoken(server);
      world.adopt("engine-2");
      await world.pass(300);
      world.store.commit = commit;
      await world.pass(300);
      assert.equal(await world.hasLapsed("engine-2"), false);
      assert.equal("refused" in (await world.beat("engine-2")), false);
    });

    test("is not opened by a process that hears nobody", async () => {
      const { world } = await aWorld();
      await spoken(new SessionServer(world, "cgi", { sessions: false }));
      const [session] = await world.store.load([sessionKey("engine-2")]);
      assert.equal(session, undefined);
    });
  });

  test("that recovers, and beats faster than all others, is answered at its next beat, too", async () => {
    const world = new SessionWorld();
    world.start();
    await world.open("engine-1", { ttl: 5 });
    world.die("engine-1");
    await world.pass(12);
    assert.equal(await world.state("engine-1"), "lapsed");
    for (let beat = 0; beat < 3; beat += 1)
      assert.ok("reply" in (await world.beat("engine-1")), `beat ${beat}`);
    assert.equal(await world.state("engine-1"), "open");
  });

  test("that lapses makes findings of its resources, and is no finding any more once it is heard again", async () => {
    const { world, server } = await aWorld();
    await server.track("engine-1");
    world.die("engine-1");
    await world.pass(70);
    await server.sweep();
    assert.deepEqual(await server.findings(), ["session-lapsed vm-1"]);
    const outcome = await world.beat("engine-1");
    assert.ok("reply" in outcome);
    assert.deepEqual(outcome.reply, {
      id: "engine-1",
      application: "probe",
      state: "open",
      ttlSeconds: 60,
      lost: [],
    });
    await server.sweep();
    assert.deepEqual(await server.findings(), []);
    assert.equal(await world.state("engine-1"), "open");
  });

  test("is not turned away by a server whose turn comes late, which can write all the same", async () => {
    const { world } = await aWorld();
    world.time += 20_000;
    await world.open("engine-2", { ttl: 5 });
    world.time += 2_000;
    await world.open("engine-3", { ttl: 5 });
    assert.equal(await world.state("engine-3"), "open");
  });

  test("that is closed is neither heard nor missed", async () => {
    const { world } = await aWorld();
    await world.close("engine-1");
    await world.pass(120);
    assert.equal(await world.state("engine-1"), "closed");
    const outcome = await world.beat("engine-1");
    assert.equal("refused" in outcome && outcome.refused, "session-closed");
  });

  test("of another application is not there for whoever may not know", async () => {
    const { world, server } = await aWorld();
    await world.pass(60);
    const caller = { name: "key", roles: ["report" as const], applications: ["other"] };
    const outcome = await server.engine.submit(heartbeat, { id: "engine-1" }, caller);
    assert.equal("refused" in outcome && outcome.refused, "unknown-session");
  });

  test("costs no fact with its heartbeats, and a few writes for all of them", async () => {
    const { world, server } = await aWorld();
    for (let number = 0; number < 20; number++) await world.open(`more-${number}`);
    const before = (await server.engine.store.events(undefined, 1_000)).events.length;
    await world.pass(60);
    assert.equal((await server.engine.store.events(undefined, 1_000)).events.length, before);
    const [presence] = await world.store.load([{ kind: "hearing", id: "server" }]);
    assert.ok(presence && presence.version < 20, `${presence?.version} writes in a minute`);
  });

  test("is told by its id when it was heard last", async () => {
    const { world, server } = await aWorld();
    await world.pass(50);
    const heard = server.engine.lastHeard("engine-1") as number;
    assert.equal(heard, 1_795_000_000_000 + 40_000);
  });
});

describe("nobody lapses who is alive", () => {
  test("over a restart that takes longer than the TTL", async () => {
    const { world, server } = await aWorld();
    await world.pass(30);
    world.kill(server);
    await world.pass(300);
    world.start();
    await world.pass(300);
    assert.equal(await world.hasLapsed("engine-1"), false);
  });

  test("and whoever died meanwhile lapses one TTL after the restart", async () => {
    const { world, server } = await aWorld();
    world.kill(server);
    world.die("engine-1");
    await world.pass(300);
    world.start();
    await world.pass(58);
    assert.equal(await world.state("engine-1"), "open");
    await world.pass(10);
    assert.equal(await world.state("engine-1"), "lapsed");
  });

  test("over a stop of the server for longer than the TTL", async () => {
    const { world, server } = await aWorld();
    await world.pass(30);
    server.isStopped = true;
    await world.pass(90);
    server.isStopped = false;
    // The loop runs before what waits in the sockets is read.
    await server.turn(world.time);
    await world.pass(120);
    assert.equal(await world.hasLapsed("engine-1"), false);
  });

  for (const jump of [HOUR, -HOUR]) {
    test(`over a jump of the clock by ${jump > 0 ? "an hour" : "an hour back"}`, async () => {
      const { world, server } = await aWorld();
      await world.pass(39);
      server.offset.wall += jump;
      await world.pass(120);
      assert.equal(await world.hasLapsed("engine-1"), false);
    });
  }

  test("over a sleep of the machine, in which only the wall clock goes on", async () => {
    const { world, server } = await aWorld();
    await world.pass(39);
    server.offset.wall += 90_000;
    await server.turn(world.time + 1_000);
    assert.equal(await world.hasLapsed("engine-1"), false);
  });

  test("over an outage of the store, in which heartbeats are refused with 503", async () => {
    const { world, server } = await aWorld();
    await world.pass(60);
    await world.beat("engine-1");
    server.isCutOff = true;
    await world.pass(16);
    const outcome = await world.beat("engine-1");
    assert.equal("refused" in outcome && outcome.refused, "store-unavailable");
    await world.pass(180);
    server.isCutOff = false;
    await world.pass(180);
    assert.equal(await world.hasLapsed("engine-1"), false);
    assert.equal("refused" in (await world.beat("engine-1")), false);
  });
});

test("a heartbeat is refused while the store does not answer, and nobody lapses for it", async () => {
  const { world, server } = await aWorld();
  await world.pass(60);
  await world.beat("engine-1");
  const { promise, resolve } = Promise.withResolvers<void>();
  server.hanging = promise;
  world.time += 10_000;
  const turn = server.engine.listen();
  world.time += 6_000;
  const outcome = await world.beat("engine-1");
  assert.equal("refused" in outcome && outcome.refused, "store-unavailable");
  world.time += 120_000;
  server.hanging = undefined;
  resolve();
  await turn;
  await world.pass(120);
  assert.equal(await world.hasLapsed("engine-1"), false);
});
