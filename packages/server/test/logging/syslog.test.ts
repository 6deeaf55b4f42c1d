import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { hostname } from "node:os";
import { type TestContext, test } from "node:test";
import { allTo, loggingOf } from "./support/given.ts";

const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
const HOST = RegExp.escape(hostname());

/** The head of a message of RFC 5424, as bytes on the wire. */
const headed = (priority: number, logger: string, text: string, appName = "drett") =>
  new RegExp(`^<${priority}>1 ${TIME} ${HOST} ${appName} ${process.pid} ${logger} - ${text}$`);

test("over UDP each line is a message of RFC 5424, with facility and severity", async (t) => {
  const receiver = createSocket("udp4").bind(0, "127.0.0.1");
  t.after(() => receiver.close());
  await once(receiver, "listening");
  const messages: string[] = [];
  receiver.on("message", (bytes) => messages.push(bytes.toString("utf8")));
  const address = ["127.0.0.1", receiver.address().port];
  const logging = loggingOf(
    t,
    allTo({ class: "syslog", address, facility: "local3", app_name: "drett-lab" }),
  );
  const log = logging.logger("drett.http");
  log.debug("one");
  log.info({ requestId: "r-1" }, "two");
  log.warn("thrée\n<13>forged");
  log.error("four");
  await logging.close();
  while (messages.length < 4) await once(receiver, "message");
  for (const [place, expected] of [
    headed(8 * 19 + 7, "drett.http", "one", "drett-lab"),
    headed(8 * 19 + 6, "drett.http", "two requestId=r-1", "drett-lab"),
    headed(8 * 19 + 4, "drett.http", "thrée\\\\n<13>forged", "drett-lab"),
    headed(8 * 19 + 3, "drett.http", "four", "drett-lab"),
  ].entries()) {
    assert.match(messages[place] as string, expected);
  }
});

/** Takes connections of syslog over TCP, and keeps what they bring. */
class Receiver {
  readonly server: Server;
  bytes = Buffer.alloc(0);
  readonly connections: Socket[] = [];
  #heard: () => void = () => {};

  private constructor() {
    this.server = createServer((socket) => {
      this.connections.push(socket);
      socket.on("error", () => {});
      socket.on("data", (bytes: Buffer) => {
        this.bytes = Buffer.concat([this.bytes, bytes]);
        this.#heard();
      });
      this.#heard();
    });
  }

  static async start(t: TestContext, port = 0): Promise<Receiver> {
    const receiver = new Receiver();
    receiver.server.listen(port, "127.0.0.1");
    await once(receiver.server, "listening");
    t.after(() => receiver.stop());
    return receiver;
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  /** The messages that have arrived whole, by their counted octets (RFC 6587, 3.4.1). */
  get messages(): string[] {
    const messages: string[] = [];
    for (let rest = this.bytes; rest.length > 0; ) {
      const space = rest.indexOf(0x20);
      const digits = rest.subarray(0, space === -1 ? rest.length : space).toString("latin1");
      assert.match(digits, space === -1 ? /^([1-9]\d*)?$/ : /^[1-9]\d*$/, "a frame begins with its length");
      const end = space + 1 + Number(digits);
      if (space === -1 || rest.length < end) break;
      messages.push(rest.subarray(space + 1, end).toString("utf8"));
      rest = rest.subarray(end);
    }
    return messages;
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => (this.#heard = resolve));
  }

  async stop(): Promise<void> {
    for (const socket of this.connections) socket.destroy();
    if (!this.server.listening) return;
    this.server.close();
    await once(this.server, "close");
  }
}

const overTcp = (port: number, more: object = {}) =>
  allTo({ class: "syslog", protocol: "tcp", address: ["127.0.0.1", port], facility: "daemon", ...more });

test("over TCP each message is preceded by its length in bytes, on one connection", async (t) => {
  const receiver = await Receiver.start(t);
  const logging = loggingOf(t, overTcp(receiver.port));
  const log = logging.logger("drett.store");
  for (const text of ["one", "zwö ✓", "12 three"]) log.info(text);
  await receiver.until(() => receiver.messages.length === 3);
  log.error("four");
  await receiver.until(() => receiver.messages.length === 4);
  await logging.close();
  const [one = "", two = "", three = "", four = ""] = receiver.messages;
  assert.match(one, headed(30, "drett.store", "one"));
  assert.match(two, headed(30, "drett.store", "zwö ✓"));
  assert.match(three, headed(30, "drett.store", "12 three"));
  assert.match(four, headed(27, "drett.store", "four"));
  assert.equal(receiver.connections.length, 1);
  const frames = [one, two, three, four].map((message) => `${Buffer.byteLength(message)} ${message}`);
  assert.equal(receiver.bytes.toString("utf8"), frames.join(""), "not a byte more");
});

test("a line in JSON travels as the message", async (t) => {
  const receiver = await Receiver.start(t);
  const logging = loggingOf(t, overTcp(receiver.port, { formatter: "json" }));
  logging.logger("drett").info({ record: "vm-1" }, "one");
  await receiver.until(() => receiver.messages.length === 1);
  const [, text = ""] = / drett - (\{.*\})$/.exec(receiver.messages[0] as string) ?? [];
  const { msg, record, logger } = JSON.parse(text) as Record<string, string>;
  assert.deepEqual({ msg, record, logger }, { msg: "one", record: "vm-1", logger: "drett" });
});

test("a message is cut where receivers may cut it, and not in the middle of a character", async (t) => {
  const receiver = await Receiver.start(t);
  const logging = loggingOf(t, overTcp(receiver.port));
  logging.logger("drett").info("é".repeat(20_000));
  logging.logger("drett").info("next");
  await receiver.until(() => receiver.messages.length === 2);
  const [long = ""] = receiver.messages;
  assert.ok([8_191, 8_192].includes(Buffer.byteLength(long)), `${Buffer.byteLength(long)}`);
  assert.match(long, /é$/);
});

test("when the receiver was away, what waited arrives in its order", async (t) => {
  const first = await Receiver.start(t);
  const { port } = first;
  const logging = loggingOf(t, overTcp(port));
  const log = logging.logger("drett");
  log.info("before");
  await first.until(() => first.messages.length === 1);
  await first.stop();
  // The connection may take one more line before it is known to be gone.
  log.info("lost or not");
  await new Promise((resolve) => setImmediate(resolve));
  for (let count = 0; count < 5; count++) log.info(`away ${count}`);
  const second = await Receiver.start(t, port);
  await second.until(() => second.messages.some((message) => message.endsWith("away 4")));
  const away = second.messages.filter((message) => message.includes(" away "));
  assert.deepEqual(
    away.map((message) => message.slice(-1)),
    ["0", "1", "2", "3", "4"],
  );
});

test("a receiver that is away for long costs a bounded memory, and is told how many lines it missed", async (t) => {
  const gone = await Receiver.start(t);
  const { port } = gone;
  await gone.stop();
  const logging = loggingOf(t, overTcp(port));
  const log = logging.logger("drett");
  const text = "x".repeat(1_000);
  for (let count = 0; count < 3_000; count++) log.info(text);
  const dropped = logging.dropped();
  assert.ok(dropped > 1_900 && dropped < 2_100, `${dropped} of 3000 lines do not fit`);
  const receiver = await Receiver.start(t, port);
  const isGap = (message: string) => message.includes(" drett.logging - lines are missing here dropped=");
  await receiver.until(() => receiver.messages.some(isGap));
  const all = receiver.messages;
  assert.match(all.find(isGap) as string, new RegExp(`dropped=${dropped}$`));
  assert.equal(all.filter((message) => message.includes("xxx")).length, 3_000 - dropped);
});

test("what is wrong with one handler is told in the others", async (t) => {
  const gone = await Receiver.start(t);
  const { port } = gone;
  await gone.stop();
  const other = await Receiver.start(t);
  const remote = (its: number) => ({ class: "syslog", protocol: "tcp", address: ["127.0.0.1", its] });
  const logging = loggingOf(t, {
    handlers: { away: remote(port), there: remote(other.port) },
    root: { level: "INFO", handlers: ["away", "there"] },
  });
  logging.logger("drett").info("hello");
  await other.until(() => other.messages.length === 2);
  assert.match(
    other.messages[1] as string,
    /a handler does not take its lines handler=away reason=.*ECONNREFUSED/,
  );
});
