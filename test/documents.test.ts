import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { readConfig } from "../packages/server/src/config/read-config.ts";
import { startServer } from "../packages/server/src/server.ts";

const root = new URL("..", import.meta.url).pathname;
const documents = ["*.md", "docs/**/*.md", "packages/*/README.md", "examples/*/README.md"]
  .flatMap((pattern) => globSync(pattern, { cwd: root }))
  .sort();
const read = (document: string) => readFileSync(join(root, document), "utf8");

const CODE = /^```(\w*)\n([\s\S]*?)^```/gm;
const blocksIn = (document: string, language: string) =>
  [...read(document).matchAll(CODE)].flatMap(([, of, block = ""]) => (of === language ? [block] : []));

/** As GitHub makes it of a heading. */
const anchorOf = (heading: string) =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");
const anchorsIn = (document: string) =>
  [
    ...read(document)
      .replaceAll(CODE, "")
      .matchAll(/^#+ (.*)$/gm),
  ].map(([, heading = ""]) => anchorOf(heading));

interface Link {
  readonly to: string;
  readonly anchor: string | undefined;
}

const linksIn = (document: string): readonly Link[] =>
  [
    ...read(document)
      .replaceAll(CODE, "")
      .matchAll(/\]\(([^)\s]+)\)/g),
  ]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path = "", anchor] = link.split("#");
      return { to: path === "" ? document : normalize(join(dirname(document), path)), anchor };
    });

describe("the documents", () => {
  for (const document of documents) {
    test(`${document} leads to what is there`, () => {
      for (const { to, anchor } of linksIn(document)) {
        assert.ok(existsSync(join(root, to)), `there is no ${to}`);
        if (anchor === undefined || !to.endsWith(".md")) continue;
        assert.ok(anchorsIn(to).includes(anchor), `${to} has no heading #${anchor}`);
      }
    });

    test(`${document} runs programs of the repository by npx`, () => {
      for (const block of blocksIn(document, "sh"))
        assert.doesNotMatch(block, /^drett-(server|cgi|client-test)/m);
    });
  }

  test("can all be reached from the README", () => {
    const reached = new Set(["README.md"]);
    for (const document of reached) {
      for (const { to } of linksIn(document)) if (documents.includes(to)) reached.add(to);
    }
    assert.deepEqual(
      documents.filter((document) => !reached.has(document)),
      [],
    );
  });
});

test("the README's notes are taken as they are printed, and what they say is found and decided", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "drett-readme-"));
  const server = await startServer(await readConfig(directory, { DRETT_PORT: "0" }));
  t.after(async () => {
    await server.stop();
    rmSync(directory, { recursive: true });
  });
  const [notes = "", looks = ""] = blocksIn("README.md", "sh").filter((block) => block.includes("curl"));
  const script = `${notes}\n${looks}`
    .replaceAll("localhost:5001", server.url)
    .replaceAll("curl ", "curl -sS --fail ");
  const { stdout } = await promisify(execFile)("sh", ["-e", "-c", script]);
  const answers = stdout.match(/\{.*?\}(?=\{|$)/g) ?? assert.fail(stdout);
  assert.equal(answers.length, 5, stdout);
  assert.match(answers[3] ?? "", /"kind":"unknown-outcome".*"id":"vm-18"/);

  const { items } = (await (await fetch(`${server.url}/v1/findings`)).json()) as { items: object[] };
  assert.deepEqual(items, []);
});
