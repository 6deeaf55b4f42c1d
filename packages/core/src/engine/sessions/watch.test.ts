import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { heartbeat } from "../../domain/commands/heartbeat.ts";
import { lapseSession } from "../../domain/commands/lapse-session.ts";
import { openSession } from "../../domain/commands/open-session.ts";
import { registerIntent } from "../../domain/commands/register-intent.ts";
import { reportAllocated } from "../../domain/commands/report-allocated.ts";
import { listFindings } from "../../reads/list-findings.ts";
import { down } from "../testing/faulty-store.ts";
import { type SessionServer, SessionWorld } from "../testing/session-world.ts";
import { forgetServer, serversOn } from "./servers.ts";

const HOUR = 3_600_000;

/** One server, and one engine that beats once a third of a minute. */
async function aWorld() {
  const world = new SessionWorld();
  const server = world.start();
  await world.open("engine-1");
  return { world, server };
}

const track = async ({ engine }: SessionServer, session: string, id = "vm-1") => {
  const intent = { id, application: "probe", type: "vm", owner: "lpds", session };
  await engine.submit(registerIntent, intent, "tester");
  await engine.submit(reportAllocated, { id, externalId: `i-${id}` }, "tester");
};
const sweep = async ({ engine }: SessionServer) => {
  while ((await engine.sweep()).more);
};
const findings = async ({ engine }: SessionServer): Promise<string[]> => {
  const answer = await engine.read(listFindings, {}, "tester");
  assert.ok("reply" in answer);
  return answer.reply.items.map(({ kind, resource, session }) => `${kind} ${resource?.id ?? session?.id}`);
};

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

  test("that lapses makes findings of its resources, and is no finding any more once it is heard again", async () => {
    const { world, server } = await aWorld();
    await track(server, "engine-1");
    world.die("engine-1");
    await world.pass(70);
    await sweep(server);
    assert.deepEqual(await findings(server), ["session-lapsed vm-1"]);
    const outcome = await world.beat("engine-1");
    assert.ok("reply" in outcome);
    assert.deepEqual(outcome.reply, {
      id: "engine-1",
      application: "probe",
      state: "open",
      ttlSeconds: 60,
      lost: [],
    });
    await sweep(server);
    assert.deepEqual(await findings(server), []);
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

describe("several servers on one store", () => {
  async function twoServers() {
    const world = new SessionWorld();
    const [first, second] = [world.start("first"), world.start("second")];
    await world.pass(1);
    return { world, first, second };
  }

  test("hear for one another", async () => {
    const { world, first, second } = await twoServers();
    await world.open("engine-1", { speaksTo: () => first });
    await world.open("engine-2", { speaksTo: () => second });
    let turn = 0;
    await world.open("engine-3", { speaksTo: () => (turn++ % 2 ? first : second) });
    await world.pass(600);
    for (const id of ["engine-1", "engine-2", "engine-3"]) assert.equal(await world.hasLapsed(id), false, id);
  });

  test("lapse whom none of them hears", async () => {
    const { world, first, second } = await twoServers();
    await world.open("engine-1", { speaksTo: () => first });
    await world.open("engine-2", { speaksTo: () => second });
    world.die("engine-1");
    await world.pass(90);
    assert.equal(await world.state("engine-1"), "lapsed");
    assert.equal(await world.hasLapsed("engine-2"), false);
  });

  test("lapse nobody who was heard by the one that is cut off from the store", async () => {
    const { world, first, second } = await twoServers();
    await world.open("engine-1", { speaksTo: () => second });
    await world.open("engine-2", { speaksTo: () => first });
    await world.pass(60);
    second.isCutOff = true;
    await world.pass(300);
    second.isCutOff = false;
    await world.pass(300);
    assert.equal(await world.hasLapsed("engine-1"), false);
    assert.equal(await world.hasLapsed("engine-2"), false);
  });

  test("go on without one that left in order, at once", async () => {
    const { world, first, second } = await twoServers();
    await world.open("engine-1", { speaksTo: () => second });
    await world.pass(30);
    await second.engine.close();
    world.kill(second);
    await world.pass(80);
    assert.equal(await world.state("engine-1"), "lapsed");
    assert.deepEqual(first.errors, []);
    assert.deepEqual(await world.heardBy(), ["first"]);
  });

  test("go on without one that was killed, after a while", async () => {
    const { world, second } = await twoServers();
    await world.open("engine-1", { speaksTo: () => second });
    await world.pass(30);
    world.kill(second);
    await world.pass(300);
    assert.equal(await world.state("engine-1"), "open");
    await world.pass(500);
    assert.equal(await world.state("engine-1"), "lapsed");
    assert.deepEqual(await world.heardBy(), ["first"]);
  });

  test("tell that one is missing, and go on at once where a person says that it is gone for good", async () => {
    const { world, first, second } = await twoServers();
    await world.open("engine-1", { speaksTo: () => second });
    await world.pass(30);
    world.kill(second);
    await world.pass(60);
    assert.deepEqual((await first.engine.listen()).missing, ["second"]);
    assert.deepEqual(
      (await serversOn(world.store)).map(({ name }) => name),
      ["second", "first"],
    );
    assert.equal(await forgetServer(world.store, "third"), false);
    assert.equal(await forgetServer(world.store, "second"), true);
    await world.pass(80);
    assert.deepEqual((await first.engine.listen()).missing, []);
    assert.equal(await world.state("engine-1"), "lapsed");
  });

  test("lapse nobody where a person was wrong about that", async () => {
    const { world, second } = await twoServers();
    await world.open("engine-1", { speaksTo: () => second });
    await world.pass(30);
    for (let times = 0; times < 5; times++) {
      assert.equal(await forgetServer(world.store, "second"), true);
      await world.pass(60);
    }
    assert.equal(await world.hasLapsed("engine-1"), false);
  });

  test("find a session whose server died before it told the others of it", async () => {
    const { world, first, second } = await twoServers();
    await world.open("engine-2", { speaksTo: () => first });
    await world.pass(30);
    await world.open("engine-1", { speaksTo: () => second });
    world.kill(second);
    world.die("engine-1");
    await world.pass(1_400);
    assert.equal(await world.state("engine-1"), "lapsed");
    assert.equal(await world.hasLapsed("engine-2"), false);
  });

  test("recover a session that another one has lapsed in the meantime", async () => {
    const { world, first, second } = await twoServers();
    await world.open("engine-1", { speaksTo: () => first });
    await world.pass(30);
    world.die("engine-1");
    await world.pass(55);
    // Heard by one just before the other finds it silent.
    await world.beat("engine-1", first);
    await second.engine.submit(lapseSession, { id: "engine-1" }, "drett");
    assert.equal(await world.state("engine-1"), "lapsed");
    await world.pass(20);
    await world.beat("engine-1", first);
    assert.equal(await world.state("engine-1"), "open");
  });

  test("do not lapse one that another has answered right before", async () => {
    const { world, first, second } = await twoServers();
    await world.open("engine-1", { speaksTo: () => first });
    await world.pass(30);
    world.die("engine-1");
    await world.pass(45);
    assert.equal(await world.state("engine-1"), "open");
    world.time += 3_000;
    assert.ok("reply" in (await world.beat("engine-1", first)));
    for (let turns = 0; turns < 20; turns++) {
      await second.turn(world.time);
      world.time += 500;
    }
    assert.equal(await world.hasLapsed("engine-1"), false);
  });

  test("do not answer from memory for one that they know by others alone to be heard again", async () => {
    const { world, first, second } = await twoServers();
    await world.open("engine-1", { speaksTo: () => first });
    await world.pass(30);
    world.die("engine-1");
    await world.pass(45);
    await world.beat("engine-1", first);
    // A third one has found it silent at the same moment.
    await first.engine.submit(lapseSession, { id: "engine-1" }, "drett");
    await world.pass(10);
    await world.beat("engine-1", second);
    assert.equal(await world.state("engine-1"), "open");
  });

  test("do not lapse again by an older silence one that has recovered", async () => {
    const { world, first, second } = await twoServers();
    await world.open("engine-1", { speaksTo: () => first });
    await first.engine.submit(lapseSession, { id: "engine-1", facts: 1 }, "drett");
    await world.beat("engine-1", second);
    await first.engine.submit(lapseSession, { id: "engine-1", facts: 1 }, "drett");
    assert.equal(await world.state("engine-1"), "open");
    await first.engine.submit(lapseSession, { id: "engine-1", facts: 3 }, "drett");
    assert.equal(await world.state("engine-1"), "lapsed");
  });

  test("keep their names over a restart whose first write is lost, so that nobody waits for those before", async () => {
    const { world, first, second } = await twoServers();
    await world.open("engine-1", { speaksTo: () => first });
    await world.open("engine-2", { speaksTo: () => second });
    await world.pass(30);
    world.kill(second);
    const commit = world.store.commit.bind(world.store);
    let lost = 0;
    world.store.commit = async (changes) => {
      const isFirst = changes.some(({ id }) => id === "second") && ++lost === 1;
      return isFirst ? changes.map(() => "unknown") : commit(changes);
    };
    world.start("second");
    world.die("engine-2");
    await world.pass(150);
    assert.ok(lost > 1);
    const servers = (await serversOn(world.store)).map(({ name }) => name);
    assert.deepEqual(servers.toSorted(), ["first", "second"]);
    assert.equal(await world.state("engine-2"), "lapsed");
    assert.equal(await world.hasLapsed("engine-1"), false);
  });

  test("of one name take different ones", async () => {
    const world = new SessionWorld();
    const [first, second] = [world.start("same"), world.start("same")];
    await world.open("engine-1", { speaksTo: () => first });
    await world.open("engine-2", { speaksTo: () => second });
    await world.pass(300);
    for (const id of ["engine-1", "engine-2"]) assert.equal(await world.hasLapsed(id), false, id);
  });
});

describe("many that fall silent at once", () => {
  async function fleet(count: number, options = {}) {
    const world = new SessionWorld();
    const server = world.start("server", options);
    for (let number = 0; number < count; number++) {
      await world.open(`engine-${number}`);
      await world.pass(1);
    }
    await track(server, "engine-0");
    return { world, server };
  }

  test("lapse, and nothing follows for an hour but a finding on each", async () => {
    const { world, server } = await fleet(20);
    for (let number = 0; number < 12; number++) world.die(`engine-${number}`);
    await world.pass(100);
    await sweep(server);
    const found = await findings(server);
    assert.equal(found.length, 12);
    assert.ok(
      found.every((it) => it.startsWith("lapsed-together engine-")),
      found.join(),
    );
    await world.pass(3_600);
    await sweep(server);
    assert.deepEqual(await findings(server), ["session-lapsed vm-1"]);
  });

  test("and are heard again leave nothing behind", async () => {
    const { world, server } = await fleet(20);
    for (let number = 0; number < 20; number++) world.die(`engine-${number}`);
    await world.pass(100);
    for (let number = 0; number < 20; number++) await world.beat(`engine-${number}`);
    await sweep(server);
    assert.deepEqual(await findings(server), []);
  });

  test("are not many where they are few", async () => {
    const { world, server } = await fleet(2);
    world.die("engine-0");
    await world.pass(100);
    await sweep(server);
    assert.deepEqual(await findings(server), ["session-lapsed vm-1"]);
  });

  test("are many only from the share on that is set", async () => {
    const { world, server } = await fleet(20, { together: { share: 0.7 } });
    for (let number = 0; number < 12; number++) world.die(`engine-${number}`);
    await world.pass(100);
    await sweep(server);
    assert.deepEqual(await findings(server), ["session-lapsed vm-1"]);
  });

  test("are worked off page by page", async () => {
    const world = new SessionWorld();
    const server = world.start("server", { together: { freezeSeconds: 0 } });
    for (let number = 0; number < 1_200; number++) await world.open(`engine-${number}`);
    for (let number = 0; number < 1_200; number++) world.die(`engine-${number}`);
    world.servers.length = 0;
    let lapsed = 0;
    for (let second = 0; second < 70; second++) {
      world.time += 1_000;
      const turn = await server.engine.listen();
      assert.ok(turn.lapsed <= 500);
      lapsed += turn.lapsed;
    }
    assert.equal(lapsed, 1_200);
  });
});
