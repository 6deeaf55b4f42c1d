import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type Body, FakeServer } from "./fake-server.ts";

const MOST_GZIPPED_BYTES = 12_000;
/** Past this a child hangs; the tests wait for its end, not for the time. */
const HANGS = 30_000;

const home = fileURLToPath(new URL("..", import.meta.url));
const nodes = join(home, "../../.cache/nodes");
const tsc = join(home, "../../node_modules/typescript/bin/tsc");
const out = mkdtempSync(join(tmpdir(), "drett-client-"));
const built = join(out, "dist");
const listener = new FakeServer();
let http: Server;
let url: string;

before(async () => {
  execFileSync(process.execPath, [join(home, "scripts/build.ts"), built], { stdio: "pipe" });
  http = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  const body = (text ? JSON.parse(text) : {}) as Body;
  const seen = {
    method: request.method ?? "",
    path: pathname,
    query: searchParams,
    body,
    headers: new Headers(),
  };
  const reply = listener.answer(seen);
  response.writeHead(reply.status, { "content-type": "application/json" }).end(JSON.stringify(reply.body));
}

after(() => {
  http.close();
  http.closeAllConnections();
  rmSync(out, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its own end: nothing ends it, so a timer or connection that holds it would show. */
function run(node: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH ?? "", ...env }, timeout: HANGS };
    execFile(node, args, options, (error, stdout, stderr) => {
      const code = error ? (error.killed ? "it hangs" : (error.code ?? null)) : 0;
      resolve({ code, stdout, stderr });
    });
  });
}

function script(name: string, lines: readonly string[]): string {
  const path = join(out, name);
  writeFileSync(path, lines.join("\n"));
  return path;
}

const IMPORT = `import { Drett } from ${JSON.stringify(join(built, "index.js"))};`;
const USE = [
  "const drett = new Drett({ application: 'a', module: 'm', owner: 'o' });",
  "const fleet = await drett.trackMany(3, { type: 'vm', acquire: ({ index }) => `i-${index}`, release() {} });",
  "await fleet.release();",
  "await fleet.allocated[0].extend('1h');",
  "const lost = await drett.get('nobody').catch((error) => error);",
  "console.log(fleet.allocated.length, lost.name, lost.code, fleet.allocated[0].constructor.name);",
];

test("the built module is less than 12 kB gzipped, and imports nothing", () => {
  const text = readFileSync(join(built, "index.js"), "utf8");
  const size = gzipSync(text, { level: 9 }).length;
  assert.ok(size < MOST_GZIPPED_BYTES, `${size} bytes`);
  assert.doesNotMatch(text, /\bimport\b|\brequire\b/);
});

test("the package that is published is whole, and names compiled files only", () => {
  const described = JSON.parse(readFileSync(join(built, "package.json"), "utf8"));
  const { types, default: module } = described.exports["."];
  for (const path of [types, module, described.bin["drett-client-test"], "README.md"]) {
    assert.ok(existsSync(join(built, path)), path);
  }
  assert.equal(described.license, "LGPL-3.0-only");
  assert.equal(described.devDependencies, undefined);
  for (const name of readdirSync(built).filter((name) => name.endsWith(".d.ts"))) {
    for (const [, imported] of readFileSync(join(built, name), "utf8").matchAll(/from "\.\/(.+?)"/g)) {
      assert.ok(existsSync(join(built, String(imported).replace(/\.js$/, ".d.ts"))), `${name}: ${imported}`);
    }
  }
});

test("the published types can be used without Node's, and with an older library", async () => {
  const program = script("user.mts", [
    'import { Drett, type TrackedResource } from "./dist/index.js";',
    "const drett = new Drett();",
    "export async function use(): Promise<string> {",
    '  await using vm = await drett.track({ type: "vm", acquire: ({ id }) => ({ externalId: id, value: 1 }) });',
    "  const it: TrackedResource<number> = vm;",
    '  for await (const { says } of drett.findings({ kind: "over-ttl" })) it.id.concat(says);',
    "  return it.externalId + it.value.toFixed();",
    "}",
  ]);
  const options =
    "--ignoreConfig --noEmit --strict --skipLibCheck false --module nodenext --target es2022 --lib es2022,dom";
  const ended = await run(process.execPath, [tsc, ...options.split(" "), "--types", "", program]);
  assert.deepEqual(ended, { code: 0, stdout: "", stderr: "" });
});

test("a process that has nothing else to do ends once its calls are settled", async () => {
  const path = script("ends.mjs", [IMPORT, ...USE]);
  const ended = await run(process.execPath, [path], { DRETT_URL: url });
  assert.deepEqual(ended, { code: 0, stdout: "3 Refused unknown-resource TrackedResource\n", stderr: "" });
});

test("where the runtime knows no Symbol.asyncDispose, the module loads and its methods work", async () => {
  const path = script("old-symbols.mjs", [
    "const names = Object.getOwnPropertyNames(Symbol).filter((name) => !/dispose|length|name/i.test(name));",
    "const Old = function (description) { return old(description); };",
    "const old = Symbol;",
    "for (const name of names) Object.defineProperty(Old, name, { value: old[name] });",
    "globalThis.Symbol = Old;",
    `const { Drett } = await import(${JSON.stringify(join(built, "index.js"))});`,
    ...USE,
    "console.log(Object.getOwnPropertyNames(fleet.allocated[0].constructor.prototype).includes('undefined'));",
  ]);
  const ended = await run(process.execPath, [path], { DRETT_URL: url });
  assert.deepEqual(ended, {
    code: 0,
    stdout: "3 Refused unknown-resource TrackedResource\nfalse\n",
    stderr: "",
  });
});

for (const version of ["18", "latest"]) {
  const folder = join(nodes, version, "node_modules");
  const [name] = existsSync(folder) ? readdirSync(folder).filter((it) => it.startsWith("node-linux-")) : [];
  const node = name && join(folder, name, "bin/node");
  const skip = node ? false : "another Node is missing: `npm run other-nodes -w @drett/client` fetches it";
  test(`the built module and its command run on Node ${version}`, { skip }, async () => {
    const path = script(`on-${version}.mjs`, [IMPORT, ...USE]);
    const ended = await run(String(node), [path], { DRETT_URL: url });
    assert.deepEqual(ended, { code: 0, stdout: "3 Refused unknown-resource TrackedResource\n", stderr: "" });
    const command = await run(String(node), [join(built, "bin/drett-client-test.js")], { DRETT_URL: url });
    assert.equal(command.code, 0, command.stderr);
  });
}

test("drett-client-test uses a server and says what it does", async () => {
  const bin = join(home, "src/bin/drett-client-test.ts");
  listener.records.clear();
  const { code, stdout, stderr } = await run(process.execPath, [bin], { DRETT_URL: url });
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /All is well\n$/);
  const records = [...listener.records.values()].filter(([first]) => first?.kind !== "open-session");
  assert.deepEqual(
    records.map((facts) => [facts[0]?.kind, facts[0]?.type, facts.at(-1)?.kind]),
    [
      ["begin-allocation", undefined, "finish-allocation"],
      ["register-intent", "vm", "freed"],
      ["register-intent", "image", "freed"],
      ["register-intent", "vm", "freed"],
      ["register-intent", "vm", "freed"],
    ],
  );
  assert.ok(stdout.indexOf("deleting test-image-1") < stdout.indexOf("deleting test-vm-1"));
  assert.equal(
    records[4]?.some(({ kind }) => kind === "releasing"),
    false,
    "the last is freed by attributes",
  );
});

test("drett-client-test says in one line that no server answers, and exits with 1", async () => {
  const unused = createServer();
  await new Promise<void>((resolve) => unused.listen(0, "127.0.0.1", resolve));
  const { port } = unused.address() as AddressInfo;
  await new Promise((resolve) => unused.close(resolve));
  const bin = join(home, "src/bin/drett-client-test.ts");
  const { code, stderr } = await run(process.execPath, [bin], { DRETT_URL: `http://127.0.0.1:${port}` });
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^drett-client-test: http:\/\/127\.0\.0\.1:\d+: drett did not answer .*ECONNREFUSED.*\n$/,
  );
});
