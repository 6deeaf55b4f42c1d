import assert from "node:assert/strict";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { test } from "node:test";
import { post } from "../../src/webhooks/post.ts";
import { Receiver } from "./receiver.ts";
import { Teller, targetAt } from "./teller.ts";

for (const status of [500, 503, 429, 408]) {
  test(`what is answered with ${status} is sent again, the same under the same id, later each time`, async (t) => {
    const teller = await Teller.open(t);
    const { receiver, attempts } = teller;
    receiver.answers(status);
    await teller.lose("vm-1");
    await teller.turn();
    assert.equal(await teller.turn(4), 1_000, "the next turn comes in time");
    for (const seconds of [1, 10, 20, 40]) await teller.turn(seconds);
    receiver.answers(200);
    await teller.lose("vm-2");
    await teller.turn(80);
    assert.equal(receiver.got.length, 6);
    assert.deepEqual(new Set(receiver.ids).size, 1);
    assert.deepEqual(new Set(receiver.got.map(({ payload }) => payload)).size, 1);
    assert.deepEqual(
      attempts.map(({ attempts, outcome, status: its }) => [attempts, outcome, its]),
      [...[1, 2, 3, 4, 5].map((number) => [number, "failed", status]), [6, "delivered", 200]],
    );
    await teller.turn(60);
    assert.deepEqual(receiver.told.at(-1), ["vm-2"], "what was found meanwhile comes after it");
  });
}

test("a target is never waited for longer than a quarter of an hour, while what fails may pass", async (t) => {
  const teller = await Teller.open(t, { random: () => 0.999 });
  teller.receiver.answers(500);
  await teller.lose("vm-1");
  await teller.turn();
  for (let attempts = 0; attempts < 12; attempts++) await teller.turn(900);
  assert.equal(teller.receiver.got.length, 13);
});

test("a target that asks for more time gets it, up to two hours", async (t) => {
  const teller = await Teller.open(t);
  const { receiver } = teller;
  receiver.answers(503, { "retry-after": "120" });
  await teller.lose("vm-1");
  await teller.turn();
  await teller.turn(119);
  assert.equal(receiver.got.length, 1);
  receiver.answers(429, { "retry-after": "999999" });
  await teller.turn(1);
  assert.equal(receiver.got.length, 2);
  await teller.turn(7_199);
  assert.equal(receiver.got.length, 2);
  await teller.turn(1);
  assert.equal(receiver.got.length, 3);
});

test("whoever does not take it is asked again once an hour", async (t) => {
  const teller = await Teller.open(t);
  teller.receiver.answers(404);
  await teller.lose("vm-1");
  await teller.turn();
  await teller.turn(3_599);
  assert.equal(teller.receiver.got.length, 1);
  await teller.turn(1);
  assert.equal(teller.receiver.got.length, 2);
  assert.equal(teller.attempts[0]?.outcome, "refused");
});

test("nothing is sent to a target that is gone, until a server starts anew", async (t) => {
  const teller = await Teller.open(t);
  teller.receiver.answers(410);
  await teller.lose("vm-1");
  for (let turns = 0; turns < 4; turns++) await teller.turn(7_200);
  assert.deepEqual(
    teller.attempts.map(({ outcome }) => outcome),
    ["gone"],
  );
  const { store } = teller.server;
  const restarted = await Teller.open(t, { store, receiver: teller.receiver });
  restarted.server.clock.advance(40_000);
  teller.receiver.answers(200);
  await restarted.turn();
  assert.deepEqual(new Set(teller.receiver.ids).size, 1);
  assert.equal(teller.receiver.got.length, 2);
});

for (const status of [301, 302, 303, 307, 308]) {
  test(`a redirect (${status}) is not followed, and it is said what to do`, async (t) => {
    const elsewhere = await Receiver.open(t);
    const teller = await Teller.open(t);
    teller.receiver.answers(status, { location: elsewhere.url });
    await teller.lose("vm-1");
    await teller.turn();
    await teller.turn(600);
    assert.deepEqual([teller.receiver.got.length, elsewhere.got.length], [1, 0]);
    const [
      {
        deliveries: [delivery],
      } = assert.fail(),
    ] = await teller.list();
    assert.equal(delivery?.outcome, "redirected");
    assert.equal(delivery.status, status);
    assert.match(delivery.error ?? "", /not followed: set `url` to where it leads/);
  });
}

test("a target that does not listen is said to be so, without its path", async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const url = new URL(`http://127.0.0.1:${port}/path-secret`);
  const teller = await Teller.open(t, { target: { url } });
  await teller.lose("vm-1");
  await teller.turn();
  const [delivery] = teller.attempts;
  assert.equal(delivery?.outcome, "failed");
  assert.match(delivery.error ?? "", new RegExp(`ECONNREFUSED 127.0.0.1:${port}`));
  assert.doesNotMatch(JSON.stringify(await teller.list()), /path-secret/);
});

for (const [what, answer] of [
  ["that is nothing", ""],
  ["that is no HTTP", "SSH-2.0-OpenSSH_9.9\r\n"],
  ["that breaks off", "HTTP/1.1 200 OK\r\nContent-"],
  ["with a header without end", `HTTP/1.1 200 OK\r\nX: ${"x".repeat(100_000)}\r\n\r\n`],
  ["of another protocol", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"],
] as const) {
  test(`an answer ${what} is a failure`, { timeout: 30_000 }, async (t) => {
    const server = createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => server.close());
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/path-secret`);
    const teller = await Teller.open(t, { target: { url } });
    await teller.lose("vm-1");
    await teller.turn();
    const [{ outcome, error = "" } = assert.fail()] = teller.attempts;
    assert.equal(outcome, "failed");
    assert.match(error, /\w/);
    assert.doesNotMatch(error, /secret/);
  });
}

test("a stop does not wait for a target that does not answer, and the message is not lost", async (t) => {
  const teller = await Teller.open(t);
  const arrived = Promise.withResolvers<void>();
  teller.receiver.answer = () => arrived.resolve();
  await teller.lose("vm-1");
  const stop = new AbortController();
  const turn = teller.turn(0, stop.signal);
  await arrived.promise;
  stop.abort();
  await turn;
  assert.match(teller.attempts[0]?.error ?? "", /the server was stopped/);
  teller.receiver.answers(200);
  await teller.turn(10);
  assert.deepEqual(teller.receiver.told, [["vm-1"], ["vm-1"]]);
  assert.equal(new Set(teller.receiver.ids).size, 1);
});

test("one target that fails holds up no other", async (t) => {
  const [good, bad] = [await Receiver.open(t), await Receiver.open(t)];
  bad.answers(500);
  const targets = [targetAt(bad, { name: "bad" }), targetAt(good, { name: "good" })];
  const teller = await Teller.open(t, { receiver: good, targets });
  await teller.lose("vm-1");
  await teller.turn();
  await teller.lose("vm-2");
  await teller.turn(60);
  assert.deepEqual(good.told, [["vm-1"], ["vm-2"]]);
  assert.deepEqual(bad.told, [["vm-1"], ["vm-1"]]);
});

test("of what a target answers no more is read than a little", { timeout: 30_000 }, async (t) => {
  const receiver = await Receiver.open(t);
  const closed = Promise.withResolvers<void>();
  receiver.answer = (response) => {
    response.on("close", () => closed.resolve());
    response.writeHead(200);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    };
    response.on("drain", more);
    more();
  };
  const answer = await post({
    url: new URL(receiver.url),
    isPrivate: true,
    headers: {},
    payload: "{}",
    signal: new AbortController().signal,
  });
  assert.equal(answer.status, 200);
  await closed.promise;
});

test("the last twenty messages are listed, the newest first", async (t) => {
  const teller = await Teller.open(t);
  for (let number = 1; number <= 22; number++) {
    await teller.lose(`vm-${number}`);
    await teller.turn(60);
  }
  const [{ deliveries } = assert.fail()] = await teller.list();
  assert.deepEqual(
    deliveries.map(({ id }) => id),
    teller.receiver.ids.toReversed().slice(0, 20),
  );
  const { delivered, ...newest } = deliveries[0] ?? assert.fail();
  assert.match(delivered ?? "", /^2026-11-23T/);
  assert.deepEqual(Object.keys(newest), ["id", "findings", "attempts", "outcome", "status", "at"]);
});
