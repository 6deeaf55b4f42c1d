import { COMMANDS, type Command, READS, type Read } from "@drett/core";

export interface Operation {
  readonly name: string;
  readonly summary: string;
  readonly method: string;
  readonly path: string;
  /** What an API key needs for it. */
  readonly role: string;
  readonly input: JsonSchema;
  readonly reply: JsonSchema;
  readonly refusals: readonly string[];
  /** Fields of the input that stand in the path. */
  readonly inPath: readonly string[];
  /** What a success answers: 201 for something new, 200 else. */
  readonly creates: boolean;
}

export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: { readonly [name: string]: JsonSchema };
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly patternProperties?: { readonly [pattern: string]: JsonSchema };
}

/** Every route that a command or a read has, in the order of the registry. */
export const OPERATIONS: readonly Operation[] = [...COMMANDS, ...READS].map(operationOf);

function operationOf(routed: Command | Read): Operation {
  const { name, summary, route = "", role, input, reply, refusals } = routed;
  const [method = "", path = ""] = route.split(" ");
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, field]) => field as string);
  const creates = "creates" in routed;
  return {
    name,
    summary,
    method,
    path,
    role,
    input: plain(input),
    reply: plain(reply),
    refusals,
    inPath,
    creates,
  };
}

/** JSON Schema as others understand it: without the marks by which drett picks its refusals. */
function plain(schema: object): JsonSchema {
  return JSON.parse(
    JSON.stringify(schema, (key, value) => (key.startsWith("x-") || key.startsWith("~") ? undefined : value)),
  );
}
