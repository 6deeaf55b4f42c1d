import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { isPublic, literalIn } from "../../src/webhooks/addresses.ts";
import { post } from "../../src/webhooks/post.ts";
import { publicLookup, type Resolve } from "../../src/webhooks/public-lookup.ts";
import { Teller } from "./teller.ts";

const PUBLIC = `1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1
  169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255
  198.20.0.0 223.255.255.255 2606:4700:4700::1111 2001:4860:4860::8888 2a00:1450:4001:82f::200e 2003::1`;

const NOT_PUBLIC = {
  "this machine": "0.0.0.0 0.1.2.3 127.0.0.1 127.255.255.255 :: ::1",
  "a network of one's own": `10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 100.64.0.1
    100.127.255.255 fc00::1 fdff::1 fec0::1`,
  "a link, or the metadata of a cloud": "169.254.169.254 169.254.0.1 fe80::1 fe80::1%eth0 fd00:ec2::254",
  "for documents, measurements or protocols": `192.0.0.1 192.0.2.1 198.18.0.1 198.19.255.255 198.51.100.1
    203.0.113.1 192.88.99.1 2001:db8::1 3fff::1 100::1`,
  "multicast or reserved": "224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 ff02::1 4000::1",
  "IPv4 in IPv6": `::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 ::ffff:0:127.0.0.1
    64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 2002:7f00:1:: 2001::1 2001:0:7f00:1::`,
  "no address": "localhost 0x7f.1 127.1 2130706433 1.1.1.1.1 ::g ''",
};

for (const address of PUBLIC.split(/\s+/)) test(`${address} is public`, () => assert.ok(isPublic(address)));
for (const [what, addresses] of Object.entries(NOT_PUBLIC)) {
  for (const address of addresses.split(/\s+/)) {
    test(`${address} is not public, but ${what}`, () => assert.ok(!isPublic(address.replace("''", ""))));
  }
}

test("an address is known in whatever way it is written in a URL", () => {
  const written = [
    "127.0.0.1",
    "127.1",
    "0x7f.0.0.1",
    "017700000001",
    "2130706433",
    "[::1]",
    "[::ffff:127.0.0.1]",
  ];
  for (const host of written) {
    const address = literalIn(new URL(`https://${host}/`)) ?? assert.fail(host);
    assert.ok(!isPublic(address), host);
  }
  assert.equal(literalIn(new URL("https://hooks.example.org/")), undefined);
});

/** A target on loopback, and how often somebody connected. */
async function loopback(t: TestContext) {
  const state = { connections: 0 };
  const server = createServer((_, response) => response.end());
  server.on("connection", () => state.connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return { state, port: (server.address() as AddressInfo).port };
}

const posting = (url: string) => ({
  url: new URL(url),
  isPrivate: false,
  headers: {},
  payload: "{}",
  signal: AbortSignal.timeout(10_000),
});

const resolving =
  (...addresses: readonly string[]): Resolve =>
  (_, __, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );

for (const [what, addresses] of [
  ["loopback", ["127.0.0.1"]],
  ["a public and a private address", ["93.184.216.34", "127.0.0.1"]],
  ["loopback, as an IPv6 address", ["::ffff:127.0.0.1"]],
  ["the metadata of a cloud", ["169.254.169.254"]],
] as const) {
  test(`a name that leads to ${what} leads nowhere`, async (t) => {
    const { state, port } = await loopback(t);
    await assert.rejects(
      post(posting(`http://hooks.example.org:${port}/`), publicLookup(resolving(...addresses))),
      {
        name: "AddressRefused",
        message: /^hooks\.example\.org is at .*, which is not public: say `private: true`/,
      },
    );
    assert.equal(state.connections, 0);
  });
}

test("a name is looked up for each message, and what is connected to is what was looked at", async (t) => {
  const { state, port } = await loopback(t);
  let asked = 0;
  const lookup = publicLookup((host, options, callback) => {
    asked += 1;
    resolving("127.0.0.1")(host, options, callback);
  });
  for (let times = 1; times <= 2; times++) {
    await assert.rejects(post(posting(`http://hooks.example.org:${port}/`), lookup), {
      name: "AddressRefused",
    });
    assert.equal(asked, times, "nothing else looks it up");
  }
  assert.equal(state.connections, 0);
});

test("a name that this machine knows by itself, and an address in the place of a name, lead nowhere", async (t) => {
  const { state, port } = await loopback(t);
  for (const host of ["localhost", "127.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]) {
    await assert.rejects(post(posting(`http://${host}:${port}/`)), { name: "AddressRefused" }, host);
  }
  assert.equal(state.connections, 0);
});

test("a name that leads to nothing is no way round", async () => {
  await assert.rejects(
    post(posting("http://hooks.example.org/"), publicLookup(resolving())),
    /has no address/,
  );
});

test("where private targets are not allowed, it is said what to do, and nothing is sent", async (t) => {
  const teller = await Teller.open(t, { target: { isPrivate: false } });
  await teller.lose("vm-1");
  await teller.turn();
  assert.deepEqual(teller.receiver.got, []);
  const [{ deliveries } = assert.fail()] = await teller.list();
  assert.match(deliveries[0]?.error ?? "", /^127\.0\.0\.1 is at 127\.0\.0\.1, which is not public/);
});
