import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { NO_OPENSSL } from "@drett/conformance";
import { addKey } from "../src/access/change-keys.ts";
import { keyFileIn } from "../src/access/key-file.ts";
import { askTls, serverCertificates } from "./support/certificates.ts";
import { ChildServer, temporaryDirectory } from "./support/child-server.ts";
import { HeldStore } from "./support/held-store.ts";
import { bearer } from "./support/keyed-server.ts";
import { intent, testServer } from "./support/test-server.ts";

const skip = NO_OPENSSL;

/** A server with a key `ci`, and a certificate of its own that the test may replace. */
async function served(t: TestContext, settings = "") {
  const directory = temporaryDirectory(t);
  const file = serverCertificates(t);
  const use = (name: string) => {
    for (const kind of ["crt", "key"]) copyFileSync(file(`${name}.${kind}`), join(directory, `used.${kind}`));
  };
  use("server");
  const key = addKey(keyFileIn(directory), { name: "ci", roles: ["read"] }, Date.now());
  writeFileSync(join(directory, "config.yaml"), `tls_certificate: used.crt\ntls_key: used.key\n${settings}`);
  const child = await ChildServer.start(t, { directory });
  const ask = (as?: string, headers?: { [name: string]: string }) =>
    askTls(`${child.url.replace("0.0.0.0", "127.0.0.1")}/v1/resources`, {
      file,
      ...(as !== undefined && { as }),
      ...(headers && { headers }),
    });
  return { directory, file, use, key, child, ask };
}

test("it speaks TLS, and beyond loopback too where there are keys", { skip }, async (t) => {
  const { child, ask, key } = await served(t, "host: 0.0.0.0\n");
  assert.match(child.url, /^https:\/\/0\.0\.0\.0:/);
  const { status, server } = await ask(undefined, bearer(key));
  assert.deepEqual([status, server], [200, "drett"]);
  assert.equal((await ask()).status, 401);
  await assert.rejects(fetch(child.url.replace("https:", "http:").replace("0.0.0.0", "127.0.0.1")));
});

test("SIGHUP takes a new certificate; one that is broken is warned of, and the old one stays", {
  skip,
}, async (t) => {
  const { directory, use, child, ask, key } = await served(t);
  use("renewed");
  child.process.kill("SIGHUP");
  for (let looks = 0; (await ask(undefined, bearer(key))).server !== "drett renewed"; looks++) {
    assert.ok(looks < 200, "it was never renewed");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  writeFileSync(join(directory, "used.crt"), "no certificate");
  child.process.kill("SIGHUP");
  await child.says(/the certificate stays as it was: TLS cannot be spoken with .*used\.crt/);
  const { status, server } = await ask(undefined, bearer(key));
  assert.deepEqual([status, server], [200, "drett renewed"]);
});

test("a certificate of a client stands for the key that its name is the name of", { skip }, async (t) => {
  const file = serverCertificates(t);
  const directory = temporaryDirectory(t);
  const names = { tls_certificate: "server.crt", tls_key: "server.key", tls_client_ca: "ca.crt" };
  const settings = Object.entries(names).map(([name, of]) => `${name}: ${file(of)}\n`);
  writeFileSync(join(directory, "config.yaml"), settings.join(""));
  const key = addKey(keyFileIn(directory), { name: "ci", roles: ["read"] }, Date.now());
  const { url } = await ChildServer.start(t, { directory });
  const ask = async (as: string | undefined, path = "/v1/resources", headers = {}) => {
    const { status, body } = await askTls(url + path, { file, headers, ...(as !== undefined && { as }) });
    return [status, (JSON.parse(body) as { code?: string }).code];
  };
  assert.deepEqual(await ask("ci"), [200, undefined]);
  assert.deepEqual(await ask("by-dns"), [200, undefined]);
  assert.deepEqual(await ask("unknown"), [401, "api-key-invalid"]);
  assert.deepEqual(await ask("forged"), [401, "api-key-missing"], "another authority can say anything");
  assert.deepEqual(await ask(undefined), [401, "api-key-missing"]);
  assert.deepEqual(await ask(undefined, "/v1/resources", bearer(key)), [200, undefined]);
  assert.deepEqual(
    await ask("ci", "/v1/resources", bearer("guess")),
    [401, "api-key-invalid"],
    "a key goes first",
  );
});

test("files that cannot be used stop the start, and are named", { skip }, async (t) => {
  const file = serverCertificates(t);
  const refusals: readonly (readonly [string, RegExp])[] = [
    [`tls_certificate: ${file("server.crt")}\n`, /config\.yaml:1: tls_certificate is of no use alone/],
    [`tls_client_ca: ${file("ca.crt")}\n`, /config\.yaml:1: tls_client_ca is of no use alone/],
    [
      `tls_certificate: ${file("server.crt")}\ntls_key: gone.key\n`,
      /TLS cannot be spoken with .*gone\.key: ENOENT/,
    ],
    [
      `tls_certificate: ${file("server.crt")}\ntls_key: ${file("ci.key")}\n`,
      /TLS cannot be spoken.*key values mismatch/,
    ],
    [
      `tls_certificate: ${file("server.crt")}\ntls_key: ${file("server.key")}\ntls_client_ca: ${file("ca.key")}\n`,
      /TLS cannot be spoken with .*ca\.key: .*no start line/,
    ],
  ];
  for (const [yaml, message] of refusals) {
    const directory = temporaryDirectory(t);
    writeFileSync(join(directory, "config.yaml"), yaml);
    const child = new ChildServer({ directory });
    assert.equal(await child.ended, 1);
    assert.match(child.lines.join("\n"), message);
  }
});

test("what is under way while it stops is answered, and its connection not kept", { skip }, async (t) => {
  const file = serverCertificates(t);
  const store = new HeldStore();
  const tls = { certificate: file("server.crt"), key: file("server.key"), clientCa: undefined };
  const server = testServer(t, { store, http: { tls } });
  const port = await server.listen();
  const agent = new Agent({ keepAlive: true, ca: readFileSync(file("ca.crt")) });
  t.after(() => agent.destroy());
  const answered = Promise.withResolvers<IncomingMessage>();
  const headers = { "content-type": "application/json" };
  const asked = request(`https://127.0.0.1:${port}/v1/resources`, { method: "POST", agent, headers });
  asked.on("response", answered.resolve).on("error", answered.reject);
  asked.end(JSON.stringify({ id: "vm", ...intent }));
  await store.reached.promise;
  const closing = server.close();
  store.held.resolve();
  const response = await answered.promise;
  response.resume();
  assert.deepEqual([response.statusCode, response.headers.connection], [201, "close"]);
  await closing;
});
