import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { Target } from "@drett/core";
import type { CommandSettings } from "../src/index.ts";
import { never, target, Workshop } from "./workshop.ts";

/** Writes down all that it was given. */
const SCRIBE = `
import { readFileSync, writeFileSync } from "node:fs";
const [, , ...args] = process.argv;
const { env } = process;
writeFileSync("told", JSON.stringify({ args, env, input: readFileSync(0, "utf8"), cwd: process.cwd() }));
`;

interface Told {
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: string };
  readonly input: string;
  readonly cwd: string;
}

async function told(
  args: readonly string[],
  about: Partial<Target> = {},
  more: Partial<CommandSettings> = {},
) {
  using workshop = new Workshop();
  const provider = await workshop.open({ free: [workshop.node("scribe.mjs", SCRIBE), ...args], ...more });
  const answer = await provider.free({ ...target, ...about }, never);
  const is = answer.answer === "accepted" ? (JSON.parse(await workshop.written("told")) as Told) : undefined;
  return { answer, told: is, isTold: workshop.has("told"), path: workshop.path };
}

const argsOf = async (args: readonly string[], about: Partial<Target> = {}) =>
  (await told(args, about)).told?.args;

/** Has this process variables, as long as a test runs. */
function withVariables(t: TestContext, variables: { readonly [name: string]: string }): void {
  Object.assign(process.env, variables);
  t.after(() => {
    for (const name of Object.keys(variables)) delete process.env[name];
  });
}

describe("the arguments of a program", () => {
  it("hold what is known of the resource, each as one argument", async () => {
    const about = {
      module: "nova",
      scope: "eu/west",
      labels: { "a.b/c-d": "two words", plain: "$(touch marked) `x` ; & | > y" },
      data: { name: '"quo\'tes"\n* and a line', size: 3, spare: false },
    };
    const args = [
      "{id}",
      "{externalId}",
      "--type={type}",
      "{owner}:{application}:{module}",
      "{scope}",
      "{label.a.b/c-d}",
      "{label.plain}",
      "{data.name}",
      "{data.size}{data.spare}",
      "two words",
      "$HOME",
    ];
    assert.deepEqual(await argsOf(args, about), [
      "d1",
      "x-1",
      "--type=thing",
      "jo:probe:nova",
      "eu/west",
      "two words",
      "$(touch marked) `x` ; & | > y",
      '"quo\'tes"\n* and a line',
      "3false",
      "two words",
      "$HOME",
    ]);
  });

  it("keep braces that name nothing", async () => {
    const args = [
      "{{.Id}}",
      "{{id}}",
      "{{end}}",
      "{.metadata.name}",
      "{range .items[*]}",
      "{}",
      "{ id }",
      "a{1}",
    ];
    assert.deepEqual(await argsOf(args), args);
  });

  it("never fill in what was filled in", async () => {
    assert.deepEqual(
      await argsOf(["{externalId}", "{label.a}"], { externalId: "{owner}", labels: { a: "$&$1" } }),
      ["{owner}", "$&$1"],
    );
  });

  it("are none that an engine could make an option of", async () => {
    const evil = { externalId: "--all", labels: { a: "-x" } };
    for (const args of [["{externalId}"], ["{externalId}/x"], ["--name", "{label.a}"]]) {
      const { answer, isTold } = await told(args, evil);
      assert.equal(answer.answer, "cannot-tell");
      assert.match((answer as { reason: string }).reason, /would be taken for an option/);
      assert.equal(isTold, false);
    }
    assert.deepEqual(await argsOf(["--id={externalId}", "-{label.a}", "x{label.a}"], evil), [
      "--id=--all",
      "--x",
      "x-x",
    ]);
  });

  it("cannot be told where a value is missing, empty, or no text", async () => {
    const data = { list: [1], object: {}, nothing: null, empty: "", nul: "a\0b", half: "\ud800" };
    const placeholders = [
      "{module}",
      "{scope}",
      "{label.a}",
      "{label.constructor}",
      "{data.toString}",
      ...Object.keys(data).map((key) => `{data.${key}}`),
    ];
    for (const placeholder of placeholders) {
      const { answer, isTold } = await told([`a${placeholder}`], { data });
      assert.equal(answer.answer, "cannot-tell", placeholder);
      assert.match(
        (answer as { reason: string }).reason,
        /has no value here|no text that a program/,
        placeholder,
      );
      assert.equal(isTold, false);
    }
  });

  it("are about the scope alone where all is asked about", async () => {
    using workshop = new Workshop();
    const scope = [workshop.sh("scope", 'echo "$1 $DRETT_SCOPE $DRETT_OPERATION"'), "{scope}"];
    const provider = await workshop.open({ free: ["true"], sees: scope });
    assert.deepEqual(await provider.sees("here", never), { answer: "yes", as: "here here sees" });
    assert.deepEqual(await provider.sees(undefined, never), {
      answer: "cannot-tell",
      reason: "scope: {scope} has no value here",
    });
  });

  it("are not run at all for an external id that cannot be one", async () => {
    const { answer, isTold } = await told(["{externalId}"], {}, { external_id_prefix: "i-" });
    assert.deepEqual([answer.answer, isTold], ["cannot-tell", false]);
    const fitting = await told(["{externalId}"], { externalId: "i-7" }, { external_id_prefix: "i-" });
    assert.deepEqual(fitting.told?.args, ["i-7"]);
  });
});

describe("the environment of a program", () => {
  it("has nothing of the server's but what is passed on", async (t) => {
    withVariables(t, { DRETT_STORE_PASSWORD: "hidden-1", SOME_TOKEN: "hidden-2", MY_CLOUD: "north" });
    const { told: is } = await told(
      [],
      {},
      { pass_environment: ["MY_CLOUD"], environment: ["REGION=a=b c"] },
    );
    const { PATH, HOME, LANG, __CF_USER_TEXT_ENCODING, ...rest } = is?.env ?? {};
    assert.deepEqual([PATH, HOME, LANG], [process.env.PATH, process.env.HOME, process.env.LANG]);
    assert.deepEqual(rest, {
      MY_CLOUD: "north",
      REGION: "a=b c",
      DRETT_OPERATION: "free",
      DRETT_ID: "d1",
      DRETT_EXTERNAL_ID: "x-1",
      DRETT_TYPE: "thing",
      DRETT_OWNER: "jo",
      DRETT_APPLICATION: "probe",
    });
  });

  it("may depend on the scope", async () => {
    const settings = { environment: ["CLOUD={scope}"] };
    const { told: is } = await told([], { scope: "here", module: "nova" }, settings);
    assert.deepEqual([is?.env.CLOUD, is?.env.DRETT_SCOPE, is?.env.DRETT_MODULE], ["here", "here", "nova"]);
    assert.equal((await told([], {}, settings)).answer.answer, "cannot-tell");
  });

  it("cannot be broken by a text of an engine", async () => {
    const { answer } = await told([], { owner: "a\0b" });
    assert.equal(answer.answer, "cannot-tell");
  });
});

describe("standard input", () => {
  it("has the whole record, as JSON", async () => {
    const about = { scope: "s", labels: { a: "b" }, data: { deep: [1, { x: null }] } };
    const { told: is } = await told([], about);
    assert.deepEqual(JSON.parse(is?.input ?? ""), {
      operation: "free",
      ...target,
      ...about,
      since: "2026-01-02T00:00:00.000Z",
    });
  });
});

it("runs in its folder", async () => {
  const { told: is, path } = await told([]);
  assert.equal(is?.cwd, path);
});
