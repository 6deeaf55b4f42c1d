import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { claim } from "../../domain/commands/claim.ts";
import { lapseSession } from "../../domain/commands/lapse-session.ts";
import { DEFAULTS } from "../../domain/defaults.ts";
import { policy } from "../testing/reclaim-world.ts";
import { type SessionServer, SessionWorld } from "../testing/session-world.ts";
import { forgetServer, serversOn } from "./servers.ts";

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

describe("what a session has lost", () => {
  const cloud = {
    name: "cloud",
    types: ["vm"],
    findable: "searched",
    identity: "unique",
    looks: true,
  } as const;
  const defaults = { ...DEFAULTS, reclaim: { policies: [policy()], served: [cloud] } };

  /** Two servers, and an engine whose machine is claimed by the second one. */
  async function claimed() {
    const world = new SessionWorld();
    const [first, second] = [world.start("first", { defaults }), world.start("second", { defaults })];
    let hearer = first;
    await world.open("engine-1", { speaksTo: () => hearer });
    await first.track("engine-1");
    await world.pass(60);
    const claims = async (server: SessionServer) => {
      await server.engine.submit(lapseSession, { id: "engine-1" }, "drett");
      await server.sweep();
      const outcome = await server.engine.submit(
        claim,
        { id: "vm-1", session: "engine-1", attempt: "a1" },
        "drett",
      );
      assert.equal("reply" in outcome && outcome.reply.claim, 1, JSON.stringify(outcome));
    };
    const speakTo = (server: SessionServer) => {
      hearer = server;
    };
    return { world, first, second, claims, speakTo };
  }

  const lostIn = (outcome: Awaited<ReturnType<SessionWorld["beat"]>>) => {
    assert.ok("reply" in outcome, JSON.stringify(outcome));
    return (outcome.reply as { lost: { resource: string }[] }).lost.map(({ resource }) => resource);
  };

  test("is told at once by the server that claimed it", async () => {
    const { world, first, claims } = await claimed();
    await world.beat("engine-1", first);
    await claims(first);
    assert.deepEqual(lostIn(await world.beat("engine-1", first)), ["vm-1"]);
  });

  test("is told by every server after an exchange, whoever has told it first", async () => {
    const { world, first, second, claims, speakTo } = await claimed();
    await claims(second);
    speakTo(second);
    await world.beat("engine-1", second);
    // Until now the first one has asked the record each time.
    await world.pass(45);
    assert.deepEqual(lostIn(await world.beat("engine-1", first)), ["vm-1"]);
  });
});
