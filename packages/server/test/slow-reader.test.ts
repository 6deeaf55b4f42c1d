import assert from "node:assert/strict";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { type TestContext, test } from "node:test";
import { MemoryStore } from "@drett/core";
import { EventStream } from "./support/event-stream.ts";
import { RawConnection, requestText } from "./support/raw-connection.ts";
import { intent, TestServer } from "./support/test-server.ts";

const EVENTS = 2_000;

/** Facts of 16 KiB, more than any buffer on the way holds; counts the pages that were taken. */
class BigStore extends MemoryStore {
  pages = 0;
  override events(after: string | undefined, limit: number) {
    this.pages += 1;
    return super.events(after, limit);
  }
}

async function filled(): Promise<BigStore> {
  const store = new BigStore();
  const server = new TestServer({ store });
  const data = { a: "x".repeat(16_000) };
  for (let start = 0; start < EVENTS; start += 500) {
    const commands = Array.from({ length: 500 }, (_, n) => ({
      command: "register-intent",
      id: `vm-${start + n}`,
      ...intent,
      data,
    }));
    for (const half of [commands.slice(0, 250), commands.slice(250)])
      await server.ask({ method: "POST", url: "/v1/batch", payload: { commands: half } });
  }
  return store;
}

const store = await filled();

/** Asks for the stream and then reads nothing. */
async function stalled(
  t: TestContext,
  server: TestServer,
  port: number,
): Promise<[RawConnection, ServerResponse]> {
  const connection = await RawConnection.open(t, port);
  connection.socket.pause();
  const requested = once(server.app.server, "request");
  connection.send(requestText("GET", "/v1/events", "", { accept: "text/event-stream" }));
  const [, response] = (await requested) as [unknown, ServerResponse];
  return [connection, response];
}

test("a reader that does not read is cut off, holds no more than a page meanwhile, and harms no other", async (t) => {
  const server = new TestServer({ store, http: { feed: { stallMs: 300, pollMs: 60_000 } } });
  t.after(() => server.close());
  const port = await server.listen();
  store.pages = 0;
  const [, response] = await stalled(t, server, port);
  const cutOff = once(response, "close");

  const other = await EventStream.open(t, port, {
    path: "/v1/resources",
    headers: { accept: "application/json" },
  });
  assert.match(other.head, /200 OK/);
  await cutOff;
  assert.ok(store.pages <= 2, `${store.pages} pages of ${EVENTS / 500} were taken for it`);
  assert.equal(response.writableFinished, false);
  assert.deepEqual(server.errors, []);
});

test("a reader that is slower than the feed gets all of it", async (t) => {
  const server = new TestServer({ store, http: { feed: { stallMs: 20_000, pollMs: 60_000 } } });
  t.after(() => server.close());
  const [connection] = await stalled(t, server, await server.listen());
  let cursors = 0;
  connection.socket.removeAllListeners("data");
  connection.socket.on("data", (text: string) => {
    cursors += text.match(/event: fact\n/g)?.length ?? 0;
    // It pauses after each piece, and goes on in a later turn.
    connection.socket.pause();
    setImmediate(() => connection.socket.resume());
  });
  connection.socket.resume();
  // A few may lie across two pieces.
  while (cursors < EVENTS - 10) await once(connection.socket, "data");
});

test("a reader that does not read does not keep the server from closing", async (t) => {
  const server = new TestServer({ store, http: { feed: { stallMs: 60_000, pollMs: 60_000 } } });
  const [, response] = await stalled(t, server, await server.listen());
  while (!response.writableNeedDrain) await new Promise(setImmediate);
  const closed = once(response, "close");
  await server.close();
  await closed;
});
