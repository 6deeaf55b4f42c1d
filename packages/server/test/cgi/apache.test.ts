import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Apache, directoryForUser, noApache, startApache, user } from "../support/apache.ts";
import { CGI_BIN } from "../support/cgi-process.ts";
import { ChildServer } from "../support/child-server.ts";
import { EventStream } from "../support/event-stream.ts";
import { RawConnection, requestText } from "../support/raw-connection.ts";
import { intent } from "../support/test-server.ts";

const options = { skip: noApache(), timeout: 600_000 };

/** The script that docs/cgi.md shows. */
const scriptFor = (directory: string) => `#!/bin/sh
exec ${process.execPath} ${CGI_BIN} ${directory}
`;

interface Site {
  readonly directory: string;
  readonly apache: Apache;
  readonly server: ChildServer;
}

/** A directory that a server runs on, and an Apache that has it at `/drett`. */
async function siteFor(t: TestContext, config = "", ofApache = ""): Promise<Site> {
  const directory = directoryForUser(t);
  writeFileSync(join(directory, "config.yaml"), config);
  const server = await ChildServer.start(t, { directory, user });
  const script = scriptFor(directory);
  const scripts = {
    drett: script,
    "no-method": script.replace("exec", "unset REQUEST_METHOD; exec"),
    "no-interface": script.replace("exec", "GATEWAY_INTERFACE=none exec"),
    "with-proxy": script.replace("exec", "HTTP_PROXY=http://evil.example exec"),
    "not-set-up": scriptFor("/nowhere"),
    private: script,
  };
  const apache = await startApache(t, {
    scripts,
    files: { users: `alice:{SHA}${createHash("sha1").update("secret").digest("base64")}\n` },
    config: `<Location /private>
  AuthType Basic
  AuthName drett
  AuthUserFile ROOT/users
  Require valid-user
</Location>
${ofApache}
`,
  });
  // The first request compiles.
  assert.equal((await fetch(`${apache.url}/drett/healthz`)).status, 200, apache.complaints());
  return { directory, apache, server };
}

interface Said {
  readonly id?: string;
  readonly code?: string;
  readonly facts?: readonly { readonly actor: string }[];
  readonly result?: unknown;
}

async function send(url: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  assert.match(response.headers.get("content-type") ?? "", /json/, text);
  return {
    status: response.status,
    location: response.headers.get("location"),
    said: JSON.parse(text) as Said,
  };
}

/** So many at a time, until all is done. */
async function eachOf<Item>(items: readonly Item[], atATime: number, run: (item: Item) => Promise<void>) {
  const rest = [...items];
  const work = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: atATime }, work));
}

const numbered = (count: number, name: string) =>
  Array.from({ length: count }, (_, place) => `${name}-${place}`);

interface Told {
  readonly resource: string;
  readonly fact: { readonly kind: string };
}

const nameOf = ({ resource, fact }: Told) => `${resource} ${fact.kind}`;

test(
  "200 requests through Apache, 8 at a time, beside a busy server: each is there once, and its streams saw all",
  options,
  async (t) => {
    const { apache, server } = await siteFor(t);
    const stream = await EventStream.open(t, server.port);
    const expected: string[] = [];
    const register = async (url: string, id: string) => {
      const { status, said } = await send(`${url}/v1/resources`, { ...intent, id });
      assert.equal(status, 201, JSON.stringify(said));
      expected.push(`${id} intent`);
    };

    let isOver = false;
    let served = 0;
    const traffic = numbered(2, "by-server").map(async (name) => {
      while (!isOver) await register(server.url, `${name}-${++served}`);
    });
    await eachOf(numbered(100, "by-cgi"), 8, async (id) => {
      await register(`${apache.url}/drett`, id);
      const report = await send(`${apache.url}/drett/v1/resources/${id}/allocated`, {
        externalId: `i-${id}`,
      });
      assert.equal(report.status, 200, JSON.stringify(report.said));
      expected.push(`${id} allocated`);
    });
    isOver = true;
    await Promise.all(traffic);

    assert.ok(served > 200, `${served} of the server's own`);
    const told = ((await stream.events(expected.length)) as Told[]).map(nameOf);
    assert.deepEqual(told.toSorted(), expected.toSorted());
    assert.deepEqual(
      server.lines.filter((line) => /"level":"(warn|error)"/.test(line)),
      [],
    );
  },
);

test(
  "without a server, the processes that Apache starts share the store all the same",
  options,
  async (t) => {
    const { directory, apache, server } = await siteFor(t);
    assert.equal(await server.stop(), 0);
    const ids = numbered(24, "vm");
    await eachOf(ids, 8, async (id) => {
      assert.equal((await send(`${apache.url}/drett/v1/resources`, { ...intent, id })).status, 201);
    });
    const again = await ChildServer.start(t, { directory, user });
    const { text } = await again.send("GET", "/v1/resources?limit=100");
    const { items } = JSON.parse(text) as { items: { id: string }[] };
    assert.deepEqual(items.map(({ id }) => id).toSorted(), ids.toSorted());
    assert.equal(await again.stop(), 0);
    assert.equal(existsSync(join(directory, "drett.db-wal")), false);
  },
);

test(
  "what Apache passes on is answered, and what it should not have passed on is refused",
  options,
  async (t) => {
    const { apache, server } = await siteFor(t, "request_timeout: 2s\n");
    const { url, port } = apache;

    const created = await send(`${url}/drett/v1/resources`, { ...intent, id: "vm" });
    assert.deepEqual([created.status, created.location], [201, "/drett/v1/resources/vm"]);
    assert.equal((await fetch(new URL(created.location ?? "", url))).status, 200);
    const old = { cmd: "BeginAllocation", application: "a", module: "m", allocation_id: "x", timeout: 60 };
    assert.notEqual((await send(`${url}/drett`, old)).said.result, null);

    const login = { authorization: `Basic ${Buffer.from("alice:secret").toString("base64")}` };
    assert.equal((await send(`${url}/private/v1/resources`, { ...intent, id: "hers" }, login)).status, 201);
    assert.equal((await fetch(`${url}/private/v1/resources`)).status, 401);
    const hers = (await (await fetch(`${url}/drett/v1/resources/hers`)).json()) as Said;
    assert.deepEqual(
      hers.facts?.map(({ actor }) => actor),
      ["user alice"],
    );

    const big = { ...intent, id: "big" };
    const room = " ".repeat(8 * 1024 * 1024 - JSON.stringify(big).length);
    const post = (body: string) =>
      fetch(`${url}/drett/v1/resources`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
    assert.equal((await post(room + JSON.stringify(big))).status, 201);
    assert.equal((await post(`${room} ${JSON.stringify(big)}`)).status, 413);

    const kept = (await server.send("GET", "/v1/events?limit=1000")).text;
    const refusals: readonly (readonly [
      path: string,
      status: number,
      headers?: Record<string, string | number>,
    ])[] = [
      ["/drett/v1/resources", 421, { host: "evil.example" }],
      ["/drett/v1/resources", 400, { host: "localhost", "content-length": "-1" }],
      ["/drett/v1/resources", 400, { "content-length": "1, 2" }],
      ["/drett/v1/resources", 400, { "x-long": "x".repeat(20_000) }],
      ["/drett/v1/%00", 404],
      ["/drett/v1/..%2f..", 404],
      ["/no-method/v1/resources", 400],
      ["/no-interface/v1/resources", 400],
      ["/with-proxy/v1/resources", 400],
      ["/not-set-up/v1/resources", 503],
    ];
    for (const [path, status, headers = {}] of refusals) {
      const connection = await RawConnection.open(t, port);
      connection.send(
        requestText("POST", path, JSON.stringify({ ...intent, id: "no" }), {
          connection: "close",
          ...headers,
        }),
      );
      await connection.closed;
      assert.match(
        connection.received,
        new RegExp(`^HTTP/1.1 ${status} `),
        `${path} ${JSON.stringify(headers).slice(0, 80)}`,
      );
    }
    const chunked = await RawConnection.open(t, port);
    chunked.send(
      `POST /drett/v1/resources HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    );
    await chunked.closed;
    assert.match(chunked.received, /^HTTP\/1\.1 400 [^]*malformed-request/);

    // Apache takes this header for itself.
    assert.equal(
      (await fetch(`${url}/drett/v1/resources`, { headers: { proxy: "http://evil.example" } })).status,
      200,
    );
    assert.match(apache.complaints(), /drett-cgi: there is no store in \/nowhere/);
    assert.equal(
      (await server.send("GET", "/v1/events?limit=1000")).text.replace(/"now":.*/, ""),
      kept.replace(/"now":.*/, ""),
    );
  },
);

test(
  "a client that is slow is waited for, one that stops is not, and one that goes leaves nothing",
  options,
  async (t) => {
    const { apache } = await siteFor(t, "request_timeout: 12s\n", "RequestReadTimeout body=15");
    const head = (id: string) => {
      const request = requestText("POST", "/drett/v1/resources", JSON.stringify({ ...intent, id }), {
        connection: "close",
      });
      return [request.slice(0, -20), request.slice(-20)] as const;
    };
    const open = () => RawConnection.open(t, apache.port);
    const [slow, stuck, gone] = await Promise.all([open(), open(), open()]);
    slow.send(head("slow")[0]);
    stuck.send(head("stuck")[0]);
    gone.send(head("gone")[0]);
    assert.equal((await send(`${apache.url}/drett/v1/resources`, { ...intent, id: "quick" })).status, 201);
    slow.send(head("slow")[1]);
    gone.socket.destroy();
    await Promise.all([slow.closed, stuck.closed, gone.closed]);
    assert.match(slow.received, /^HTTP\/1\.1 201 /);
    // Apache says it in words of its own: it hears the answer of the script only when the body is there.
    assert.match(stuck.received, /^HTTP\/1\.1 408 /);
    for (const [id, status] of [
      ["quick", 200],
      ["slow", 200],
      ["stuck", 404],
      ["gone", 404],
    ] as const)
      assert.equal((await fetch(`${apache.url}/drett/v1/resources/${id}`)).status, status, id);
  },
);
