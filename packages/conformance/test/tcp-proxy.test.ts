import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { describe, test } from "node:test";
import { TcpProxy } from "../src/index.ts";

/** A server that sends back what it gets, and remembers it. */
async function echo() {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      heard.push(String(bytes));
      socket.write(bytes);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { heard, server, port: (server.address() as { port: number }).port };
}

async function throughProxy(
  use: (proxy: TcpProxy, heard: string[], target: { host: string; port: number }) => Promise<void>,
): Promise<void> {
  const { heard, server, port } = await echo();
  const proxy = await TcpProxy.start({ host: "127.0.0.1", port });
  try {
    await use(proxy, heard, { host: "127.0.0.1", port });
  } finally {
    await proxy.close();
    server.close();
  }
}

async function dial({ host, port }: { host: string; port: number }): Promise<Socket> {
  const socket = connect(port, host);
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

async function says(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  return String((await once(socket, "data"))[0]);
}

describe("the TCP proxy", () => {
  test("passes on what both sides say", () =>
    throughProxy(async (proxy) => {
      const socket = await dial(proxy);
      assert.equal(await says(socket, "hello"), "hello");
      assert.equal(await says(socket, "again"), "again");
    }));

  test("cuts all connections, and takes new ones", () =>
    throughProxy(async (proxy) => {
      const sockets = [await dial(proxy), await dial(proxy)];
      for (const socket of sockets) await says(socket, "hello");
      const ends = sockets.map((socket) => once(socket, "close"));
      proxy.cut();
      await Promise.all(ends);
      assert.equal(await says(await dial(proxy), "hello"), "hello");
    }));

  test("holds everything back while it is stalled", () =>
    throughProxy(async (proxy, heard, target) => {
      const socket = await dial(proxy);
      await says(socket, "before");
      proxy.stall();
      const answer = says(socket, "meanwhile");
      const other = await dial(proxy);
      other.write("others too");
      // Past the proxy a message goes there and back meanwhile.
      const direct = await dial(target);
      for (const text of ["one", "two"]) await says(direct, text);
      direct.destroy();
      assert.deepEqual(heard, ["before", "one", "two"]);
      proxy.resume();
      assert.equal(await answer, "meanwhile");
    }));

  test("keeps the order of what it delays", () =>
    throughProxy(async (proxy, heard) => {
      proxy.delay(5);
      const socket = await dial(proxy);
      for (const text of ["one", "two", "three"]) assert.equal(await says(socket, text), text);
      assert.deepEqual(heard, ["one", "two", "three"]);
    }));

  test("loses a request", () =>
    throughProxy(async (proxy, heard) => {
      const socket = await dial(proxy);
      const lost = proxy.lose("request", "secret");
      assert.equal(await says(socket, "plain"), "plain");
      const end = once(socket, "close");
      socket.write("a secret");
      await Promise.all([lost, end]);
      assert.deepEqual(heard, ["plain"]);
      assert.equal(await says(await dial(proxy), "a secret"), "a secret");
    }));

  test("loses the reply to a request that arrived", () =>
    throughProxy(async (proxy, heard) => {
      const [socket, other] = [await dial(proxy), await dial(proxy)];
      const lost = proxy.lose("reply", "secret");
      let answers = 0;
      socket.on("data", () => answers++);
      const end = once(socket, "close");
      socket.write("a secret");
      await Promise.all([lost, end]);
      assert.deepEqual([heard, answers], [["a secret"], 0]);
      assert.equal(await says(other, "a secret"), "a secret");
    }));
});
