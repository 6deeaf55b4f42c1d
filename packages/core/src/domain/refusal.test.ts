import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { problem, REFUSALS, type RefusalCode, refuse } from "./refusal.ts";

/** What only the server can see: these it tests itself. */
const OF_THE_SERVER = new Set<string>([
  "not-json",
  "invalid-utf8",
  "duplicate-key",
  "forbidden-key",
  "too-deep",
  "malformed-request",
  "api-key-missing",
  "api-key-invalid",
  "rate-limited",
  "unknown-route",
  "unknown-command",
  "method-not-allowed",
  "request-timeout",
  "body-too-large",
  "too-many-commands",
  "unsupported-media-type",
  "wrong-host",
  "header-too-large",
  "api-key-missing",
  "api-key-invalid",
  "rate-limited",
] satisfies RefusalCode[]);

const CODES = Object.keys(REFUSALS) as RefusalCode[];
const ROOT = join(import.meta.dirname, "..");

const sources = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter(
  (path) =>
    path.endsWith(".ts") &&
    !path.endsWith(".test.ts") &&
    !path.includes("testing") &&
    path !== join("domain", "refusal.ts"),
);

describe("the table of refusals", () => {
  test("has no code that nobody gives", () => {
    const text = sources.map((path) => readFileSync(join(ROOT, path), "utf8")).join("\n");
    const unused = CODES.filter((code) => !OF_THE_SERVER.has(code) && !text.includes(`"${code}"`));
    assert.deepEqual(unused, []);
  });

  test("says of each what it means and what to do", () => {
    for (const [code, [status, title, remedy]] of Object.entries(REFUSALS)) {
      assert.match(code, /^[a-z]+(-[a-z0-9]+)*$/);
      assert.ok(status >= 400 && status < 600, code);
      assert.match(title, /^\S.*[^.]$/, code);
      assert.match(remedy, /^\S.*\.$/, code);
    }
  });

  test("calls a store that fails 503, never 404", () => {
    const statuses = (["store-unavailable", "store-contended", "queue-full", "shutting-down"] as const).map(
      (code) => REFUSALS[code][0],
    );
    assert.deepEqual(statuses, [503, 503, 503, 503]);
  });
});

test("a problem document says it on the wire", () => {
  assert.deepEqual(problem(refuse("no-match", "No live vm.", { ids: [] })), {
    type: "https://drett.dev/errors#no-match",
    title: "No resource fits these attributes",
    status: 404,
    code: "no-match",
    detail: "No live vm.",
    remedy: "Check owner, type, external id and scope, or free it by its drett id.",
    ids: [],
  });
  assert.equal("more" in refuse("no-match", "No live vm."), false);
});
