import { COMMANDS, READS } from "@drett/core";
import fc, { type Arbitrary } from "fast-check";
import type { InjectOptions } from "fastify";

/** As much of a shape as there is to it once it is JSON Schema. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly patternProperties?: { readonly [pattern: string]: Schema };
  readonly items?: Schema;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

type Fields = { [name: string]: unknown };

/** Few ids, so that commands meet. */
const ids = fc.constantFrom("a", "b", "c", "fleet", "x".repeat(63));
const times = fc
  .date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString());
const words = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("vm", "me", "probe", "i-1", "i-2") },
  fc.string({ unit: "binary", minLength: 1, maxLength: 30 }),
);

/** Values that fit the shape. */
function fitting(schema: Schema): Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(fitting));
  switch (schema.type) {
    case "string":
      return fittingText(schema.pattern);
    case "integer":
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1_000 });
    case "number":
      return fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 1_000, noNaN: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(fitting(schema.items ?? {}), { maxLength: 3 });
    case "object":
      return fittingObject(schema);
    default:
      return fc.jsonValue();
  }
}

function fittingText(pattern = ""): Arbitrary<string> {
  if (pattern.startsWith("^20")) return times;
  if (pattern.startsWith("^[a-z]")) return ids;
  return pattern === "^[A-Z]{3}$" ? fc.constantFrom("EUR", "HUF") : words;
}

function fittingObject({ properties, required = [], patternProperties }: Schema): Arbitrary<Fields> {
  if (!properties) {
    const [inner = {}] = Object.values(patternProperties ?? {});
    return fc.dictionary(fc.constantFrom("env", "zone.a", "x/y"), fitting(inner), { maxKeys: 3 });
  }
  const fields = Object.entries(properties).map(([name, schema]) => [name, fitting(schema)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...required] });
}

/** Values that hardly fit anything. */
const junk = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    null,
    "",
    -1,
    0.5,
    1e300,
    [],
    {},
    true,
    "x".repeat(1_025),
    "2026-02-30T00:00:00Z",
    "A_B",
  ),
  fc
    .integer({ min: 60, max: 200 })
    .map((count) => Object.fromEntries(Array.from({ length: count }, (_, n) => [n, n]))),
);

const names = fc.oneof(
  fc.constantFrom("id", "at", "command", "onwer", "constructor", "toString", "resources", "labels", "data"),
  fc.string({ maxLength: 8 }).filter((name) => name !== "__proto__"),
);
type Change = (fields: Fields) => Fields;
const changes: Arbitrary<Change> = fc.oneof(
  fc.tuple(fc.nat(), junk).map(([place, value]) => (fields: Fields) => {
    const keys = Object.keys(fields);
    return keys.length === 0 ? fields : { ...fields, [keys[place % keys.length] as string]: value };
  }),
  fc.nat().map((place) => (fields: Fields) => {
    const entries = Object.entries(fields);
    return Object.fromEntries(entries.toSpliced(place % Math.max(1, entries.length), 1));
  }),
  fc.tuple(names, junk).map(([name, value]) => (fields: Fields) => ({ ...fields, [name]: value })),
);

/** Mostly what fits, sometimes changed in one place or two. */
const told = (schema: Schema): Arbitrary<Fields> =>
  fc
    .tuple(
      fitting(schema) as Arbitrary<Fields>,
      fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(changes, { maxLength: 2 })),
    )
    .map(([fields, its]) => its.reduce<Fields>((sofar, change) => change(sofar), fields));

const commands = fc.oneof(
  ...COMMANDS.map((command) => told(command.input as Schema).map((input) => ({ command, input }))),
);

const single: Arbitrary<InjectOptions> = commands.map(({ command, input }) => {
  const [, path = ""] = command.route?.split(" ") ?? [];
  const { id, ...rest } = input;
  const isInPath = path.includes("{id}");
  const url = path.replace("{id}", encodeURIComponent(typeof id === "string" ? id : "a"));
  return request("POST", url, JSON.stringify(isInPath ? rest : input));
});

const items = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: commands.map(({ command, input }) => ({ ...input, command: command.name })) },
    junk,
  ),
  { maxLength: 8 },
);
const batch = items.map((commands) => request("POST", "/v1/batch", JSON.stringify({ commands })));
const lines = items.map((commands) =>
  request(
    "POST",
    "/v1/batch",
    commands.map((it) => `${JSON.stringify(it)}\n`).join(""),
    "application/x-ndjson",
  ),
);

const question: Arbitrary<InjectOptions> = fc.oneof(
  ...READS.map((read) =>
    told(read.input as Schema).map(({ id, ...query }) => {
      const path = read.route
        .slice("GET ".length)
        .replace("{id}", encodeURIComponent(typeof id === "string" ? id : "a"));
      const pairs = Object.entries(query).flatMap(([name, value]) =>
        [value]
          .flat()
          .map((one) => `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(textOf(one))}`),
      );
      return { method: "GET", url: `${path}?${pairs.join("&")}` } as const;
    }),
  ),
);

const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value)).toWellFormed();

function request(method: "POST", url: string, text: string, type = "application/json"): InjectOptions {
  return { method, url, headers: { "content-type": type }, payload: Buffer.from(text) };
}

/** Changes to the request itself: bytes, method, path, headers. */
type Damage = (request: InjectOptions) => InjectOptions;
const damages: Arbitrary<Damage> = fc.oneof(
  fc
    .tuple(fc.nat(), fc.uint8Array({ maxLength: 3 }), fc.nat(3))
    .map(([place, bytes, gone]) => (asked: InjectOptions) => {
      const payload = asked.payload as Buffer | undefined;
      if (!payload) return asked;
      const cut = place % (payload.length + 1);
      return {
        ...asked,
        payload: Buffer.concat([payload.subarray(0, cut), bytes, payload.subarray(cut + gone)]),
      };
    }),
  fc
    .constantFrom("GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "POST")
    .map((method) => (asked: InjectOptions) => ({ ...asked, method })),
  fc
    .tuple(fc.nat(), fc.constantFrom("/", "%", "..", "%00", "%zz", "?", "é", "A", "-", ";"))
    .map(([place, text]) => (asked: InjectOptions) => {
      const url = String(asked.url);
      const cut = 1 + (place % url.length);
      return { ...asked, url: url.slice(0, cut) + text + url.slice(cut) };
    }),
  fc
    .constantFrom(
      { "content-type": "text/plain" },
      { "content-type": "application/x-ndjson" },
      { host: "evil.example" },
      { accept: "text/html" },
      { "last-event-id": "7" },
      { "x-http-method-override": "DELETE" },
    )
    .map((headers) => (asked: InjectOptions) => ({ ...asked, headers: { ...asked.headers, ...headers } })),
);

/** Requests of every kind: what fits, what almost fits, and what is broken. */
export const requests: Arbitrary<InjectOptions> = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: single }, batch, lines, { weight: 2, arbitrary: question }),
    fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.array(damages, { minLength: 1, maxLength: 2 })),
  )
  .map(([asked, its]) => its.reduce<InjectOptions>((sofar, damage) => damage(sofar), asked));
