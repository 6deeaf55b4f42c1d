import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SessionWorld } from "../testing/session-world.ts";

describe("many that fall silent at once", () => {
  async function fleet(count: number, options = {}) {
    const world = new SessionWorld();
    const server = world.start("server", options);
    for (let number = 0; number < count; number++) {
      await world.open(`engine-${number}`);
      await world.pass(1);
    }
    await server.track("engine-0");
    return { world, server };
  }

  test("lapse, and nothing follows for an hour but a finding on each", async () => {
    const { world, server } = await fleet(20);
    for (let number = 0; number < 12; number++) world.die(`engine-${number}`);
    await world.pass(100);
    await server.sweep();
    const found = await server.findings();
    assert.equal(found.length, 12);
    assert.ok(
      found.every((it) => it.startsWith("lapsed-together engine-")),
      found.join(),
    );
    await world.pass(3_600);
    await server.sweep();
    assert.deepEqual(await server.findings(), ["session-lapsed vm-1"]);
  });

  test("and are heard again leave nothing behind", async () => {
    const { world, server } = await fleet(20);
    for (let number = 0; number < 20; number++) world.die(`engine-${number}`);
    await world.pass(100);
    for (let number = 0; number < 20; number++) await world.beat(`engine-${number}`);
    await server.sweep();
    assert.deepEqual(await server.findings(), []);
  });

  test("are not many where they are few", async () => {
    const { world, server } = await fleet(2);
    world.die("engine-0");
    await world.pass(100);
    await server.sweep();
    assert.deepEqual(await server.findings(), ["session-lapsed vm-1"]);
  });

  test("are many only from the share on that is set", async () => {
    const { world, server } = await fleet(20, { together: { share: 0.7 } });
    for (let number = 0; number < 12; number++) world.die(`engine-${number}`);
    await world.pass(100);
    await server.sweep();
    assert.deepEqual(await server.findings(), ["session-lapsed vm-1"]);
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
