import assert from "node:assert/strict";
import { hostname } from "node:os";
import { afterEach, beforeEach, test } from "node:test";
import { ArgumentInvalid, ArgumentMissing } from "../src/errors.ts";
import { Drett, setup } from "../src/index.ts";
import { systemRuntime } from "../src/runtime.ts";
import { rejection, World } from "./world.ts";

const nothing = {
  url: undefined,
  apiKey: undefined,
  application: undefined,
  module: undefined,
  owner: undefined,
  deadline: undefined,
  fetch: undefined,
};
let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => setup(nothing));

const refuse = () => {
  throw new Error("NotCapable");
};
const said = () => world.seen.at(-1)?.body;

test("a value comes from the call, else the object, else setup, else the environment", async () => {
  world.environment = { DRETT_APPLICATION: "of the environment", DRETT_MODULE: "m", DRETT_OWNER: "o" };
  const bare = new Drett({ fetch: world.fetch, session: false }, world.runtime);
  await world.run(bare.intend({ type: "vm" }));
  assert.deepEqual([said()?.application, said()?.module, said()?.owner], ["of the environment", "m", "o"]);

  setup({ application: "of setup" });
  await world.run(bare.intend({ type: "vm" }));
  assert.equal(said()?.application, "of setup");

  const own = world.drett({ application: "of the object" });
  await world.run(own.intend({ type: "vm" }));
  assert.equal(said()?.application, "of the object");

  await world.run(own.intend({ type: "vm", application: "of the call", module: undefined }));
  assert.deepEqual([said()?.application, said()?.module], ["of the call", "nova"]);
});

test("setup adds to what was set up, reaches objects that exist, and takes values back", async () => {
  const drett = new Drett({ fetch: world.fetch, session: false }, world.runtime);
  setup({ application: "a" });
  setup({ owner: "o" });
  await world.run(drett.intend({ type: "vm" }));
  assert.deepEqual([said()?.application, said()?.owner], ["a", "o"]);
  setup({ owner: undefined });
  assert.ok((await rejection(world.run(drett.intend({ type: "vm" })))) instanceof ArgumentMissing);
});

test("a missing value is an error that names it and the four places for it, and nothing is sent", async () => {
  const drett = new Drett({ application: "probe", fetch: world.fetch, session: false }, world.runtime);
  const error = await rejection(world.run(drett.track({ type: "vm", acquire: () => "i-1" })));
  assert.ok(error instanceof ArgumentMissing);
  assert.deepEqual([error.code, error.argument], ["argument-missing", "owner"]);
  assert.equal(
    error.message,
    "owner is missing: give it in the call, to new Drett({ owner }), to setup({ owner }), or in the environment as DRETT_OWNER",
  );
  assert.deepEqual(world.seen, []);
});

test("an application is needed, but for the members of an allocation, which knows it", async () => {
  const drett = new Drett({ owner: "o", fetch: world.fetch, session: false }, world.runtime);
  const error = await rejection(world.run(drett.intend({ type: "vm" })));
  assert.ok(error instanceof ArgumentMissing && error.argument === "application");
  await world.run(drett.intend({ type: "vm", allocation: "d1" }));
  assert.deepEqual([said()?.allocation, said()?.application], ["d1", undefined]);
});

test("a value that only the call can give is missed by name as well", async () => {
  const drett = world.drett();
  const calls: [() => Promise<unknown>, string][] = [
    [() => drett.intend({} as never), "type"],
    [() => drett.track({ type: "vm" } as never), "acquire"],
    [() => drett.trackMany(3, { type: "vm" } as never), "acquire"],
    [() => drett.freeByAttributes({ type: "vm" } as never), "externalId"],
    [() => drett.resource("d1").release(undefined as never), "release"],
  ];
  for (const [call, argument] of calls) {
    const error = await rejection(world.run(call()));
    assert.ok(error instanceof ArgumentMissing, argument);
    assert.equal(error.message, `${argument} is missing: give it in the call`);
  }
  assert.deepEqual(world.seen, []);
});

test("an environment variable that is set to nothing is not set", async () => {
  world.environment = { DRETT_OWNER: "" };
  const drett = new Drett({ application: "a", fetch: world.fetch, session: false }, world.runtime);
  assert.ok((await rejection(world.run(drett.intend({ type: "vm" })))) instanceof ArgumentMissing);
});

test("drett is looked for at 127.0.0.1:5001, without a key, where nothing else is said", async () => {
  const urls: unknown[] = [];
  const fetch: typeof globalThis.fetch = (url, init) => {
    urls.push(url);
    return world.fetch((url as string).replace("/behind/a/proxy", ""), init);
  };
  const drett = new Drett({ application: "a", owner: "o", fetch, session: false }, world.runtime);
  await world.run(drett.intend({ type: "vm" }));
  world.environment = { DRETT_URL: "https://drett.example/behind/a/proxy/", DRETT_API_KEY: "k-1" };
  await world.run(drett.intend({ type: "vm" }));
  assert.deepEqual(urls, [
    "http://127.0.0.1:5001/v1/resources",
    "https://drett.example/behind/a/proxy/v1/resources",
  ]);
  assert.deepEqual(
    world.seen.map(({ headers }) => headers.get("authorization")),
    [null, "Bearer k-1"],
  );
});

test("an address or key that cannot be meant is refused at once, without telling it", async () => {
  const wrong = [
    { url: "drett.example:5001" },
    { url: "no address" },
    { url: "ftp://drett.example" },
    { url: "http://me:secret@drett.example" },
    { url: "http://drett.example/?key=secret" },
    { apiKey: "secret\n" },
  ];
  for (const defaults of wrong) {
    const error = await rejection(world.run(world.drett(defaults).intend({ type: "vm" })));
    assert.ok(error instanceof ArgumentInvalid, JSON.stringify(defaults));
    assert.doesNotMatch(error.message, /secret/);
  }
  assert.deepEqual([world.seen, world.time], [[], 0]);
});

test("an id outside the alphabet is refused at once", async () => {
  const drett = world.drett();
  for (const id of ["", "D1", "1d", "d-", "d_1", `d${"1".repeat(63)}`, undefined as never]) {
    assert.throws(() => drett.resource(id), ArgumentInvalid);
  }
  assert.ok((await rejection(world.run(drett.get("a/b")))) instanceof ArgumentInvalid);
  const call = drett.intend({ type: "vm", id: "No" });
  assert.ok((await rejection(world.run(call))) instanceof ArgumentInvalid);
});

test("the real runtime does without process, and without leave to read the environment", () => {
  const { process } = globalThis;
  try {
    Object.defineProperty(globalThis, "process", { value: undefined, configurable: true });
    assert.equal(systemRuntime.environment("DRETT_URL"), undefined);
    assert.equal(systemRuntime.hostname(), undefined);
    Object.defineProperty(globalThis, "process", {
      value: Object.defineProperty({}, "env", { get: refuse }),
      configurable: true,
    });
    assert.equal(systemRuntime.environment("DRETT_URL"), undefined);
    assert.equal(systemRuntime.hostname(), undefined);
  } finally {
    Object.defineProperty(globalThis, "process", { value: process, configurable: true, writable: true });
  }
  process.env.DRETT_OF_A_TEST = "x";
  assert.equal(systemRuntime.environment("DRETT_OF_A_TEST"), "x");
  delete process.env.DRETT_OF_A_TEST;
  assert.equal(systemRuntime.hostname(), hostname(), "whether or not a shell has passed HOSTNAME on");
});
