import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { test } from "node:test";

test("the threads load nothing that they do not run: each start would wait for it", async () => {
  const loaded: string[] = [];
  registerHooks({
    resolve(specifier, context, next) {
      loaded.push(specifier);
      return next(specifier, context);
    },
  });
  await import("../src/operator.ts");
  assert.ok(loaded.includes("node:sqlite"));
  assert.deepEqual(
    loaded.filter((it) => !it.startsWith(".") && !it.startsWith("node:")),
    [],
  );
});
