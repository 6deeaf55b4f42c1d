import assert from "node:assert/strict";
import { COMMANDS, type Command, READS, REFUSALS, type Read, type RefusalCode } from "@drett/core";
import { type TSchema, Type } from "typebox";
import { Compile, type Validator } from "typebox/compile";

/** One answer of the server, whatever way it came. */
export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | string[] | number | undefined };
  readonly text: string;
}

/** What an answer says, once it has been held against the contract. */
export type Body = Record<string, unknown>;

const Problem = Type.Object({
  type: Type.String({ pattern: "^https://drett\\.dev/errors#[a-z0-9-]+$" }),
  title: Type.String({ minLength: 1 }),
  status: Type.Integer(),
  code: Type.Enum(Object.keys(REFUSALS)),
  detail: Type.String({ minLength: 1 }),
  remedy: Type.String({ minLength: 1 }),
});
const Batch = Type.Object(
  { results: Type.Array(Type.Object({ status: Type.Integer(), body: Type.Unknown() })) },
  { additionalProperties: false },
);

const operations: readonly (Command | Read)[] = [...COMMANDS, ...READS];

/** The command or read that a request is for; nothing where the contract has no such route. */
function operationAt(method: string, url: string): Command | Read | undefined {
  const path = url.split("?")[0] as string;
  const fits = ({ route }: Command | Read) => {
    const [its, template = ""] = route?.split(" ") ?? [];
    return its === method && new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path);
  };
  // `/v1/findings/summary` and the like come before the paths with a parameter.
  return operations.filter(fits).sort((a, b) => countParameters(a) - countParameters(b))[0];
}

const countParameters = ({ route }: Command | Read) => route?.match(/\{/g)?.length ?? 0;

/** Holds an answer against what the contract says of its route, and returns what it says. */
export function checkAnswer(method: string, url: string, answer: Answer): Body {
  const operation = operationAt(method, url);
  if (answer.status >= 300) return checkProblem(answer, operation, method === "HEAD");
  if (url.split("?")[0] === "/v1/batch" && method === "POST") return checkBatch(answer);
  if (operation === undefined) return {};
  assert.match(String(answer.headers["content-type"]), /^application\/json; charset=utf-8$/);
  const body = JSON.parse(answer.text) as Body;
  assertFits(operation.reply, body, operation.name);
  const creates = "creates" in operation && operation.creates === true;
  assert.ok(
    answer.status === 200 || (answer.status === 201 && creates),
    `${operation.name}: ${answer.status}`,
  );
  const location = answer.status === 201 ? `${url.split("?")[0]}/${String(body.id)}` : undefined;
  assert.equal(answer.headers.location, location, "201 says where it is, 200 does not");
  return body;
}

function checkProblem(answer: Answer, operation: Command | Read | undefined, isHead: boolean): Body {
  assert.match(
    String(answer.headers["content-type"]),
    /^application\/problem\+json; charset=utf-8$/,
    answer.text,
  );
  const body = isHead ? {} : (JSON.parse(answer.text) as Body);
  if (!isHead) checkProblemDocument(body, answer.status, operation);
  const isTemporary = answer.status === 503 || body.code === "rate-limited";
  assert.equal(
    answer.headers["retry-after"] !== undefined,
    isTemporary,
    "what passes says when to come again",
  );
  assert.equal(answer.headers.allow !== undefined, answer.status === 405, "a 405 says what is allowed");
  return body;
}

const declared = new Set(operations.flatMap(({ refusals }) => refusals));

function checkProblemDocument(body: unknown, status: number, operation: Command | Read | undefined): void {
  assertFits(Problem, body, "problem");
  const { code, title, remedy, type } = body as { [name: string]: string };
  const [tabled, ...words] = REFUSALS[code as RefusalCode];
  assert.deepEqual([status, (body as Body).status, title, remedy], [tabled, tabled, ...words]);
  assert.equal(type, `https://drett.dev/errors#${code}`);
  const isOfOthers =
    operation !== undefined &&
    declared.has(code as RefusalCode) &&
    !operation.refusals.includes(code as RefusalCode);
  assert.ok(!isOfOthers, `${operation?.name} does not declare ${code}`);
}

function checkBatch(answer: Answer): Body {
  const isLines = String(answer.headers["content-type"]).startsWith("application/x-ndjson");
  const body = isLines
    ? {
        results: answer.text
          .split("\n")
          .slice(0, -1)
          .map((line) => JSON.parse(line) as unknown),
      }
    : (JSON.parse(answer.text) as Body);
  assertFits(Batch, body, "batch");
  return body;
}

/** One item of a batch, against the command that it names. */
export function checkItem(name: unknown, { status, body }: { status: number; body: unknown }): void {
  const command = COMMANDS.find((it) => it.name === name);
  if (status >= 300) return checkProblemDocument(body, status, command);
  assert.ok(command, `${String(name)} was accepted`);
  assertFits(command.reply, body, command.name);
}

const validators = new WeakMap<TSchema, Validator>();

function assertFits(shape: TSchema, value: unknown, name: string): void {
  const validator = validators.get(shape) ?? Compile(shape);
  validators.set(shape, validator);
  if (validator.Check(value)) return;
  const faults = validator.Errors(value).map(({ instancePath, message }) => `${instancePath} ${message}`);
  assert.fail(`the answer of ${name} does not fit its shape: ${faults.join(", ")}\n${JSON.stringify(value)}`);
}
