import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { type Change, LIMITS, MemoryStore, type RefusalCode } from "@drett/core";
import { checkAnswer } from "./support/contract.ts";
import { RawConnection, readAnswers, requestText } from "./support/raw-connection.ts";
import { contentsOf, countFacts, intent, type TestServer, testServer } from "./support/test-server.ts";

const body = JSON.stringify({ id: "vm", ...intent });
const registration = requestText("POST", "/v1/resources", body);
const impatient = { http: { requestMs: 200, idleMs: 200 } };

async function connected(t: TestContext, options = {}): Promise<[TestServer, RawConnection]> {
  const server = testServer(t, options);
  return [server, await RawConnection.open(t, await server.listen())];
}

const UNREADABLE: readonly (readonly [what: string, bytes: string, code: RefusalCode])[] = [
  ["garbage", "\x16\x03\x01\x02\x00\x01\x00garbage\r\n\r\n", "malformed-request"],
  ["a greeting", "hello\r\n\r\n", "malformed-request"],
  ["a request line without an end", `GET /${"x".repeat(100_000)}`, "header-too-large"],
  [
    "headers beyond the limit",
    requestText("GET", "/healthz", "", { padding: "x".repeat(20_000) }),
    "header-too-large",
  ],
  ["many headers beyond the limit", `GET / HTTP/1.1\r\n${"a: b\r\n".repeat(10_000)}\r\n`, "header-too-large"],
  ["a header that is none", "GET /healthz HTTP/1.1\r\nno header\r\n\r\n", "malformed-request"],
  [
    "a length that is none",
    requestText("POST", "/v1/resources", body, { "content-length": "-1" }),
    "malformed-request",
  ],
  ["two lengths", registration.replace("\r\n\r\n", "\r\ncontent-length: 3\r\n\r\n"), "malformed-request"],
  [
    "a length beside chunks",
    registration.replace("\r\n\r\n", "\r\ntransfer-encoding: chunked\r\n\r\n"),
    "malformed-request",
  ],
  [
    "a chunk that is none",
    requestText("POST", "/v1/resources", "zz\r\n", { "transfer-encoding": "chunked" }).replace(
      /content-length.*\r\n/,
      "",
    ),
    "malformed-request",
  ],
  ["a method that is none", requestText("BREW", "/v1/resources"), "malformed-request"],
  ["a version that is none", "GET /healthz HTTP/9.9\r\nhost: localhost\r\n\r\n", "malformed-request"],
  ["no host", "GET /healthz HTTP/1.1\r\n\r\n", "malformed-request"],
  [
    "a command without a host",
    `POST /v1/resources HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    "malformed-request",
  ],
];
for (const [what, bytes, code] of UNREADABLE) {
  test(`${what} on the socket is answered with ${code}, and the connection is closed`, async (t) => {
    const [server, connection] = await connected(t);
    connection.send(bytes);
    await connection.closed;
    const [answer, ...others] = readAnswers(connection.received);
    assert.ok(answer, connection.received);
    assert.equal(checkAnswer("GET", "/", answer).code, code);
    assert.deepEqual(others, []);
    assert.equal(await countFacts(server.store), 0);
  });
}

test("a request of HTTP/1.0 without a host is answered", async (t) => {
  const [, connection] = await connected(t);
  connection.send("GET /healthz HTTP/1.0\r\n\r\n");
  await connection.closed;
  assert.match(connection.received, /^HTTP\/1\.1 200 /);
});

test("a body that is cut off records nothing", async (t) => {
  const [server, connection] = await connected(t);
  const requested = once(server.app.server, "request");
  connection.send(registration.slice(0, -10));
  await requested;
  connection.socket.destroy();
  await connection.closed;
  await settled(server);
  assert.equal(await countFacts(server.store), 0);
});

test("a body that is shorter than it was announced records nothing", async (t) => {
  const [server, connection] = await connected(t);
  connection.send(requestText("POST", "/v1/resources", body, { "content-length": body.length + 1 }));
  connection.socket.end();
  await connection.closed;
  for (const answer of readAnswers(connection.received)) {
    assert.equal(checkAnswer("POST", "/v1/resources", answer).code, "malformed-request");
  }
  await settled(server);
  assert.equal(await countFacts(server.store), 0);
});

test("chunks that break off record nothing", async (t) => {
  const [server, connection] = await connected(t);
  const head = registration.slice(0, -body.length).replace(/content-length.*/, "transfer-encoding: chunked");
  connection.send(`${head}${body.length.toString(16)}\r\n${body}\r\n`);
  connection.socket.end();
  await connection.closed;
  await settled(server);
  assert.equal(await countFacts(server.store), 0);
});

test("a body that says it is beyond the limit is refused before it comes", async (t) => {
  const [server, connection] = await connected(t);
  connection.send(requestText("POST", "/v1/resources", "", { "content-length": LIMITS.bodyBytes + 1 }));
  const [answer] = await connection.answers(1);
  assert.equal(answer && checkAnswer("POST", "/v1/resources", answer).code, "body-too-large");
  assert.equal(await countFacts(server.store), 0);
});

test("chunks beyond the limit are refused before their end", async (t) => {
  const [server, connection] = await connected(t);
  const head = registration.slice(0, -body.length).replace(/content-length.*/, "transfer-encoding: chunked");
  const size = LIMITS.bodyBytes + 1;
  connection.send(`${head}${size.toString(16)}\r\n${"x".repeat(size)}\r\n`);
  const [answer] = await connection.answers(1);
  assert.equal(answer && checkAnswer("POST", "/v1/resources", answer).code, "body-too-large");
  assert.equal(await countFacts(server.store), 0);
});

for (const [what, start] of [
  ["body", registration.slice(0, -1)],
  ["head", registration.slice(0, 30)],
  ["first byte", ""],
] as const) {
  test(`a request whose ${what} does not come in time is answered with 408`, async (t) => {
    const [server, connection] = await connected(t, impatient);
    connection.send(start);
    await connection.closed;
    const [answer] = readAnswers(connection.received);
    assert.equal(answer && checkAnswer("POST", "/v1/resources", answer).code, "request-timeout");
    assert.equal(await countFacts(server.store), 0);
  });
}

test("a body that trickles is cut off, and does not hold up others", async (t) => {
  const [server, connection] = await connected(t, impatient);
  connection.send(registration.slice(0, -body.length));
  const trickle = setInterval(() => connection.send(" "), 10);
  t.after(() => clearInterval(trickle));
  assert.equal((await server.tell("register-intent", { id: "other", ...intent })).status, 201);
  await connection.closed;
  const [answer] = readAnswers(connection.received);
  assert.equal(answer && checkAnswer("POST", "/v1/resources", answer).code, "request-timeout");
  assert.equal(await countFacts(server.store), 1);
});

test("a connection that idles after its answer is closed", async (t) => {
  const [, connection] = await connected(t, impatient);
  connection.send(registration);
  await connection.closed;
  assert.deepEqual(
    readAnswers(connection.received).map(({ status }) => status),
    [201],
  );
});

test("requests that were sent before the answer came are answered one after the other, in order", async (t) => {
  const [server, connection] = await connected(t);
  const report = requestText("POST", "/v1/resources/vm/unknown", '{"reason":"?"}');
  connection.send(registration + report + requestText("GET", "/healthz") + requestText("GET", "/nowhere"));
  const answers = await connection.answers(4);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 200, 200, 404],
  );
  assert.equal(await countFacts(server.store), 2);
});

/** Answers its commits when it is told to. */
class HeldStore extends MemoryStore {
  readonly #held = Promise.withResolvers<void>();
  readonly #reached = Promise.withResolvers<void>();
  readonly reached = this.#reached.promise;
  readonly release = () => this.#held.resolve();

  override async commit(changes: readonly Change[]) {
    this.#reached.resolve();
    await this.#held.promise;
    return super.commit(changes);
  }
}

test("garbage behind a command that is under way is no refusal of that command", async (t) => {
  const store = new HeldStore();
  const [, connection] = await connected(t, { store });
  connection.send(`${registration}garbage\r\n\r\n`);
  await store.reached;
  store.release();
  await connection.closed;
  const statuses = readAnswers(connection.received).map(({ status }) => status);
  assert.deepEqual(statuses, [201], "it is told what became of its command");
});

test("a caller that goes away while its command is written harms nobody", async (t) => {
  const store = new HeldStore();
  const [server, connection] = await connected(t, { store });
  connection.send(registration);
  await store.reached;
  connection.socket.destroy();
  await connection.closed;
  store.release();
  assert.equal(
    (await server.tell("register-intent", { id: "vm", ...intent })).status,
    200,
    "it was recorded",
  );
  assert.deepEqual(server.errors, []);
});

/** Resolves when the server has let go of all connections, so that whatever they could cause has happened. */
async function settled(server: TestServer): Promise<void> {
  await server.close();
  await server.engine.close();
  assert.ok(await contentsOf(server.store));
}
