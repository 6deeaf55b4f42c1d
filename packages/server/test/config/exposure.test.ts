import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { addKey } from "../../src/access/change-keys.ts";
import { keyFileIn } from "../../src/access/key-file.ts";
import { readConfig } from "../../src/config/read-config.ts";
import { directoryWith } from "./configured.ts";

function withKey(t: TestContext, yaml: string): string {
  const directory = directoryWith(t, { "config.yaml": yaml });
  addKey(keyFileIn(directory), { name: "ci", roles: ["read"] }, Date.now());
  return directory;
}

test("beyond loopback a server needs a key, and TLS or a proxy that speaks it", async (t) => {
  await assert.rejects(
    readConfig(directoryWith(t, { "config.yaml": "host: 0.0.0.0\ntls_proxy: true\n" }), {}),
    /config\.yaml:1: host is 0\.0\.0\.0, .*no API keys .*: drett-server keys add /,
  );
  await assert.rejects(
    readConfig(withKey(t, "host: 0.0.0.0\n"), {}),
    /config\.yaml:1: host is 0\.0\.0\.0, .*in the clear: set tls_certificate and tls_key, or tls_proxy/,
  );
  for (const more of ["tls_proxy: true\n", "tls_certificate: a.crt\ntls_key: a.key\n"]) {
    const { host } = await readConfig(withKey(t, `host: 0.0.0.0\n${more}`), {});
    assert.equal(host, "0.0.0.0");
  }
});

test("keys that others can read keep nobody out", async (t) => {
  const directory = withKey(t, "host: 0.0.0.0\ntls_proxy: true\n");
  chmodSync(keyFileIn(directory), 0o644);
  await assert.rejects(readConfig(directory, {}), /can be read or written by others: chmod 600/);
});
