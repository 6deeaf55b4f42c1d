import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../../", import.meta.url).pathname;
const read = (path: string) => readFileSync(root + path, "utf8");

/** By the number of the story, the files that have tests of it, as the table names them and as they are. */
const told = [...read("docs/reliability.md").matchAll(/^\| (\d+) \|.*$/gm)].map(([row, number]) => ({
  number: Number(number),
  files: [...row.matchAll(/\(\.\.\/(test\/stories\/[a-z-]+\.test\.ts)\)/g)].map(([, file]) => file),
}));
const tested = globSync("test/stories/*.test.ts", { cwd: root })
  .sort()
  .flatMap((file) =>
    [...read(file).matchAll(/^test\("story (\d+): /gm)].map(([, number]) => ({
      number: Number(number),
      file,
    })),
  );

test("each of the 30 stories stands in the table once", () => {
  assert.deepEqual(
    told.map(({ number }) => number),
    Array.from({ length: 30 }, (_, index) => index + 1),
  );
});

test("the table names for each story the files in which it is tested, and no others", () => {
  for (const { number, files } of told) {
    const has = new Set(tested.filter((it) => it.number === number).map(({ file }) => file));
    assert.deepEqual(files, [...has], `story ${number}`);
  }
  const numbers = new Set(told.map(({ number }) => number));
  assert.deepEqual(
    tested.filter(({ number }) => !numbers.has(number)),
    [],
  );
});
