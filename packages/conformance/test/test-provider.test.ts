import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nameOf } from "../src/deviations.ts";
import { testProvider } from "../src/index.ts";
import { withSubject } from "../src/provider/subject.ts";
import { PROVIDER_SUBJECTS } from "../src/provider/test-provider.ts";
import { inMemory } from "./memory-provider.ts";
import { ENDING } from "./wrong/ending.ts";
import { FINDING } from "./wrong/finding.ts";
import { FREEING } from "./wrong/freeing.ts";
import { LISTING } from "./wrong/listing.ts";
import { LOOKING } from "./wrong/looking.ts";

testProvider("in memory", () => inMemory());

const MISTAKES = { ...FREEING, ...LOOKING, ...FINDING, ...LISTING, ...ENDING };

describe("the suite fails where a provider", () => {
  for (const [mistake, { make, fails }] of Object.entries(MISTAKES)) {
    test(mistake, async () => {
      const failures = await failuresOf(() => inMemory(make));
      const passed = fails.filter((name) => !failures.includes(name));
      assert.deepEqual(passed, [], `fails ${failures.join(" | ")}`);
    });
  }
});

test("every test of the suite can fail", () => {
  const failing = Object.values(MISTAKES).flatMap(({ fails }) => fails);
  const all = Object.entries(PROVIDER_SUBJECTS).flatMap(([subject, suite]) =>
    Object.keys(suite).map((test) => nameOf(subject, test)),
  );
  assert.deepEqual(
    all.filter((name) => !failing.includes(name)),
    [],
  );
});

test("what a subject cannot do, and does not leave out, fails", async () => {
  const open = () => {
    const { createStubborn, createDenied, createReplaced, ...lacking } = inMemory();
    return lacking;
  };
  assert.deepEqual(await failuresOf(open), [
    "free: takes away what withstands, if need be when it is asked again",
    "free: says that it may not delete, and leaves it",
    "free: does not touch another one of its name",
    "look: says gone of what another one has the name of",
  ]);
});

/** The names of the tests that fail. Nothing takes longer than a moment: all is in memory. */
async function failuresOf(open: Parameters<typeof withSubject>[0]): Promise<string[]> {
  const failures: string[] = [];
  for (const [subject, suite] of Object.entries(PROVIDER_SUBJECTS)) {
    for (const [test, run] of Object.entries(suite)) {
      await withSubject(open, 100, run).catch(() => failures.push(nameOf(subject, test)));
    }
  }
  return failures;
}
