import assert from "node:assert/strict";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { type TestContext, test } from "node:test";
import { CursorRefused, MemoryStore } from "@drett/core";
import { checkAnswer } from "./support/contract.ts";
import { EventStream } from "./support/event-stream.ts";
import { RawConnection, readAnswers, requestText } from "./support/raw-connection.ts";
import { intent, type TestServer, testServer } from "./support/test-server.ts";

const register = (server: TestServer, id: string) => server.tell("register-intent", { id, ...intent });
const subjects = (items: unknown) => (items as { resource: string }[]).map(({ resource }) => resource);

async function opened(t: TestContext, options = {}): Promise<[TestServer, number]> {
  const server = testServer(t, options);
  return [server, await server.listen()];
}

test("the feed is read in pages, from the beginning or after a cursor, and an empty page says where to go on", async (t) => {
  const server = testServer(t);
  const empty = await server.look("read-events");
  assert.deepEqual(empty.body.items, []);
  for (const id of ["a", "b", "c"]) await register(server, id);
  const first = await server.look("read-events", { limit: "2" });
  assert.deepEqual(subjects(first.body.items), ["a", "b"]);
  const rest = await server.look("read-events", { after: String(first.body.cursor) });
  assert.deepEqual(subjects(rest.body.items), ["c"]);
  const [event] = rest.body.items as { cursor: string }[];
  assert.equal(event?.cursor, rest.body.cursor);
  const after = await server.look("read-events", { after: String(rest.body.cursor) });
  assert.deepEqual([after.body.items, after.body.cursor], [[], rest.body.cursor]);
  const sinceEmpty = await server.look("read-events", { after: String(empty.body.cursor) });
  assert.deepEqual(subjects(sinceEmpty.body.items), ["a", "b", "c"]);
});

test("what the feed no longer keeps is refused as expired, in a page and in a stream", async (t) => {
  class ForgetfulStore extends MemoryStore {
    override async events(after: string | undefined, limit: number) {
      if (after === "1") throw new CursorRefused("expired");
      return super.events(after, limit);
    }
  }
  const server = testServer(t, { store: new ForgetfulStore() });
  await server.refuses({ url: "/v1/events?after=1" }, "cursor-expired");
  const headers = { accept: "text/event-stream" };
  await server.refuses({ url: "/v1/events?after=1", headers }, "cursor-expired");
});

test("a stream tells what is there, and then what comes, as it comes", async (t) => {
  const [server, port] = await opened(t);
  await register(server, "before");
  const stream = await EventStream.open(t, port);
  assert.match(stream.head, /^HTTP\/1\.1 200 [^]*content-type: text\/event-stream\r\n/i);
  assert.deepEqual(subjects(await stream.events(1)), ["before"]);
  for (const id of ["a", "b", "c"]) await register(server, id);
  assert.deepEqual(subjects(await stream.events(4)), ["before", "a", "b", "c"]);
});

test("an event of a stream is the same as that of a page, with its cursor as its id", async (t) => {
  const [server, port] = await opened(t);
  await register(server, "a");
  const stream = await EventStream.open(t, port);
  const [event] = await stream.events(1);
  const { body } = await server.look("read-events");
  assert.deepEqual([event], body.items);
  assert.equal(stream.lastId, body.cursor);
});

for (const [how, resume] of [
  ["Last-Event-ID", (id: string) => ({ headers: { "last-event-id": id } })],
  ["after", (id: string) => ({ path: `/v1/events?after=${id}` })],
  [
    "Last-Event-ID before an older after",
    (id: string, older: string) => ({ path: `/v1/events?after=${older}`, headers: { "last-event-id": id } }),
  ],
] as const) {
  test(`a stream resumes by ${how}, without a gap or a repetition`, async (t) => {
    const [server, port] = await opened(t);
    const told: string[] = [];
    const beginning = String((await server.look("read-events")).body.cursor);
    let last = beginning;
    for (let round = 0; round < 5; round++) {
      await Promise.all(["a", "b", "c"].map((name) => register(server, `${name}${round}`)));
      const stream = await EventStream.open(t, port, resume(last, beginning));
      // It goes away in the middle of what there is: the rest is told to the next.
      told.push(...subjects((await stream.events(2)).slice(0, 2)));
      last = stream.idOf(1);
      stream.close();
    }
    const rest = await EventStream.open(t, port, resume(last, beginning));
    told.push(...subjects(await rest.events(5)));
    const { body } = await server.look("read-events");
    assert.deepEqual(told, subjects(body.items));
  });
}

test("a stream that begins in the past tells pages and news without a gap", async (t) => {
  const [server, port] = await opened(t);
  const commands = (from: number, count: number) =>
    Array.from({ length: count }, (_, n) => ({
      command: "register-intent",
      id: `vm-${from + n}`,
      ...intent,
    }));
  const batch = (from: number, count: number) =>
    server.ask({ method: "POST", url: "/v1/batch", payload: { commands: commands(from, count) } });
  await batch(0, 1_200);
  const stream = await EventStream.open(t, port);
  await batch(1_200, 300);
  const seen = subjects(await stream.events(1_500));
  assert.deepEqual(
    seen,
    commands(0, 1_500).map(({ id }) => id),
  );
});

test("a fact that is committed while the page before it is read is told without a pause", {
  timeout: 20_000,
}, async (t) => {
  class RacingStore extends MemoryStore {
    meanwhile: (() => Promise<unknown>) | undefined;
    override async events(after: string | undefined, limit: number) {
      const page = await super.events(after, limit);
      const { meanwhile } = this;
      this.meanwhile = undefined;
      await meanwhile?.();
      return page;
    }
  }
  const store = new RacingStore();
  const [server, port] = await opened(t, { store });
  const stream = await EventStream.open(t, port);
  store.meanwhile = () => register(server, "b");
  await register(server, "a");
  assert.deepEqual(subjects(await stream.events(2)), ["a", "b"]);
});

test("a fact that another process committed is told without a word from this one", async (t) => {
  const store = new MemoryStore();
  const [, port] = await opened(t, { store, http: { feed: { stallMs: 5_000, pollMs: 5 } } });
  const stream = await EventStream.open(t, port);
  await register(testServer(t, { store }), "elsewhere");
  assert.deepEqual(subjects(await stream.events(1)), ["elsewhere"]);
});

test("a stream without news shows that it is alive", async (t) => {
  const [, port] = await opened(t, { http: { feed: { stallMs: 5_000, pollMs: 5 } } });
  const stream = await EventStream.open(t, port);
  await stream.until(/(: \r?\n[^]*){5}/);
  assert.deepEqual(stream.received(), []);
});

for (const [what, path, headers] of [
  ["after", "/v1/events?after=made-up", {}],
  ["Last-Event-ID", "/v1/events", { "last-event-id": "made-up" }],
] as const) {
  test(`a stream from a cursor of another store, given as ${what}, is refused`, async (t) => {
    const accept = "text/event-stream";
    await testServer(t).refuses({ url: path, headers: { accept, ...headers } }, "invalid-cursor");
  });
}

test("a stream with a query that is none is refused", async (t) => {
  const headers = { accept: "text/event-stream" };
  await testServer(t).refuses({ url: "/v1/events?since=0", headers }, "unknown-field");
});

test("streams end when the server closes, and their connections with them", async (t) => {
  const [server, port] = await opened(t);
  await register(server, "a");
  const streams = await Promise.all([1, 2, 3].map(() => EventStream.open(t, port)));
  await Promise.all(streams.map((stream) => stream.events(1)));
  await server.close();
  await Promise.all(streams.map((stream) => stream.ended));
});

test("a stream ends when the store fails, its connection with it, and resumes afterwards", {
  timeout: 20_000,
}, async (t) => {
  const store = new MemoryStore();
  const [server, port] = await opened(t, { store, http: { idleMs: 600_000 } });
  await register(server, "a");
  const stream = await EventStream.open(t, port);
  await stream.events(1);
  const { events } = store;
  store.events = () => Promise.reject(new Error("no store today"));
  await register(server, "b");
  await stream.ended;
  store.events = events;
  const next = await EventStream.open(t, port, { headers: { "last-event-id": stream.lastId } });
  assert.deepEqual(subjects(await next.events(1)), ["b"]);
});

test("a reader that went away leaves nothing behind", async (t) => {
  const [server, port] = await opened(t);
  const connection = await RawConnection.open(t, port);
  const served = once(server.app.server, "request");
  connection.send(requestText("GET", "/v1/events", "", { accept: "text/event-stream" }));
  const [, response] = (await served) as [unknown, ServerResponse];
  await connection.until(/200 OK/);
  connection.socket.destroy();
  await once(response, "close");
  assert.equal((await register(server, "a")).status, 201);
  assert.deepEqual(server.errors, []);
});

test("a page does not take the place of a stream", async (t) => {
  const [, port] = await opened(t);
  const connection = await RawConnection.open(t, port);
  connection.send(requestText("GET", "/v1/events", "", { accept: "application/json", connection: "close" }));
  await connection.closed;
  const [answer] = readAnswers(connection.received);
  assert.deepEqual(answer && checkAnswer("GET", "/v1/events", answer).items, []);
});
