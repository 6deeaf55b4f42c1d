import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { openStore } from "@drett/store-sqlite";
import { ChildServer, temporaryDirectory } from "./support/child-server.ts";
import { checkAnswer } from "./support/contract.ts";
import { EventStream } from "./support/event-stream.ts";
import { HeldStore } from "./support/held-store.ts";
import { RawConnection, readAnswers, requestText } from "./support/raw-connection.ts";
import { intent, testServer } from "./support/test-server.ts";

const registration = (id: string) =>
  requestText("POST", "/v1/resources", JSON.stringify({ id, ...intent }), { connection: "keep-alive" });

/** Sends one registration after the other on one connection until the server closes it; returns what was acknowledged. */
async function load(t: TestContext, port: number, name: string, onFirst: () => void): Promise<string[]> {
  const connection = await RawConnection.open(t, port);
  const acknowledged: string[] = [];
  for (let number = 0; ; number++) {
    const id = `${name}-${number}`;
    connection.send(registration(id));
    const answers = await connection.answers(number + 1).catch(() => undefined);
    const answer = answers?.[number];
    if (!answer) break;
    const body = checkAnswer("POST", "/v1/resources", answer);
    if (answer.status === 201) acknowledged.push(id);
    else assert.equal(body.code, "shutting-down");
    if (number === 0) onFirst();
  }
  await connection.closed;
  const whole = readAnswers(connection.received).reduce((sum, { text }) => sum + text.length, 0);
  assert.ok(whole > 0 && /[}]$/.test(connection.received), "no answer was cut in half");
  return acknowledged;
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`after ${signal} under load everything that was acknowledged is stored, and all connections are ended`, async (t) => {
    const directory = temporaryDirectory(t);
    const child = await ChildServer.start(t, { directory });
    const streams = await Promise.all([1, 2, 3].map(() => EventStream.open(t, child.port)));
    const idle = await RawConnection.open(t, child.port);
    idle.send(requestText("GET", "/healthz"));
    await idle.answers(1);

    const underWay = Promise.withResolvers<void>();
    let begun = 0;
    const loads = Array.from({ length: 16 }, (_, n) =>
      load(t, child.port, `vm-${n}`, () => ++begun === 16 && underWay.resolve()),
    );
    await underWay.promise;
    assert.equal(await child.stop(signal), 0);
    await child.says(new RegExp(`drett stops \\(${signal}\\)`));
    const acknowledged = (await Promise.all(loads)).flat();
    await Promise.all([idle.closed, ...streams.map((stream) => stream.ended)]);
    assert.ok(acknowledged.length >= 16);

    const store = await openStore({ directory });
    t.after(() => store.close());
    const stored = await store.load(acknowledged.map((id) => ({ kind: "resource", id })));
    assert.deepEqual(new Set(stored.map(({ id }) => id)), new Set(acknowledged));
    assert.deepEqual(
      child.lines.filter((line) => /mistake|Error/.test(line)),
      [],
    );
  });
}

test("it stops without delay when nobody uses it, and a connection idles", async (t) => {
  const child = await ChildServer.start(t, { directory: temporaryDirectory(t) });
  const idle = await RawConnection.open(t, child.port);
  idle.send(requestText("GET", "/healthz"));
  await idle.answers(1);
  assert.equal(await child.stop(), 0);
  await idle.closed;
});

/** A request whose body does not come: it keeps a clean stop waiting. */
async function hanging(t: TestContext, child: ChildServer): Promise<RawConnection> {
  const connection = await RawConnection.open(t, child.port);
  connection.send(
    requestText("POST", "/v1/resources", "", { "content-length": 100, expect: "100-continue" }),
  );
  await connection.until(/100 Continue/);
  return connection;
}

test("a second signal ends it at once", async (t) => {
  const child = await ChildServer.start(t, { directory: temporaryDirectory(t) });
  await hanging(t, child);
  child.process.kill("SIGTERM");
  await child.says(/drett stops/);
  assert.equal(await child.stop("SIGINT"), 1);
});

test("a stop that hangs is ended at the deadline, and says so", async (t) => {
  const child = await ChildServer.start(t, {
    directory: temporaryDirectory(t),
    env: { DRETT_STOP_TIMEOUT: "1s" },
  });
  await hanging(t, child);
  assert.equal(await child.stop(), 1);
  await child.says(/did not stop within 1 seconds/);
});

test("what was accepted before the stop is answered, what comes on a kept connection is refused, and both are closed", async (t) => {
  const store = new HeldStore();
  const server = testServer(t, { store });
  const port = await server.listen();
  const early = await RawConnection.open(t, port);
  early.send(registration("vm"));
  await store.reached.promise;
  const closing = server.close();
  early.send(registration("late"));
  store.held.resolve();
  await closing;
  await early.closed;
  const [first, second, ...others] = readAnswers(early.received);
  assert.equal(first?.status, 201);
  if (second) assert.equal(checkAnswer("POST", "/v1/resources", second).code, "shutting-down");
  assert.deepEqual(others, []);
  assert.equal((await store.load([{ kind: "resource", id: "late" }])).length, 0);
});

test("a request that begins while the server stops is refused as shutting-down; no connection idles on", {
  timeout: 20_000,
}, async (t) => {
  const store = new HeldStore();
  const server = testServer(t, { store, http: { idleMs: 600_000 } });
  const port = await server.listen();
  const [busy, kept] = [await RawConnection.open(t, port), await RawConnection.open(t, port)];
  busy.send(registration("vm"));
  // Its head has begun, so it does not count as idle.
  kept.send(registration("late").slice(0, 20));
  await store.reached.promise;
  const closing = server.close();
  kept.send(registration("late").slice(20));
  const [answer] = await kept.answers(1);
  assert.equal(answer && checkAnswer("POST", "/v1/resources", answer).code, "shutting-down");
  store.held.resolve();
  await closing;
  await Promise.all([kept.closed, busy.closed]);
  assert.equal(readAnswers(busy.received)[0]?.status, 201);
});

test("a command after the end of the engine is refused as shutting-down, and one before it is answered", async (t) => {
  const store = new HeldStore();
  const server = testServer(t, { store });
  const accepted = server.tell("register-intent", { id: "vm", ...intent });
  await store.reached.promise;
  const closing = server.engine.close();
  const { body } = await server.tell("register-intent", { id: "late", ...intent });
  assert.equal(body.code, "shutting-down");
  store.held.resolve();
  await closing;
  assert.equal((await accepted).status, 201);
});
