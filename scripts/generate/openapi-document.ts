import { LIMITS, REFUSALS, type RefusalCode } from "@drett/core";
import { type JsonSchema, OPERATIONS, type Operation } from "./contract.ts";

/** The contract as OpenAPI 3.1, JSON text. */
export function openapiDocument(): string {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of OPERATIONS) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: pathItem(operation),
    };
  }
  paths["/v1/batch"] = { post: BATCH };
  const document = {
    openapi: "3.1.0",
    info: {
      title: "drett",
      version: "1",
      summary: "The write-ahead log of what automation creates",
      description:
        "Times are RFC 3339 in UTC with milliseconds, durations whole seconds. Refusals are RFC 9457 problem documents with a stable code.",
      license: { name: "GPL-3.0-only", identifier: "GPL-3.0-only" },
    },
    servers: [{ url: "http://127.0.0.1:5001" }],
    paths,
    security: [{ apiKey: [] }, {}],
    components: {
      securitySchemes: { apiKey: { type: "http", scheme: "bearer" } },
      schemas: { Problem: PROBLEM, BatchResult: BATCH_RESULT },
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function pathItem(operation: Operation): object {
  const { name, summary, method, role, input, reply, inPath, creates } = operation;
  const fields = Object.entries(input.properties ?? {});
  const isRead = method === "GET";
  const parameters = fields.flatMap(([field, schema]) => {
    if (inPath.includes(field)) return [{ name: field, in: "path", required: true, schema }];
    return isRead ? [{ name: field, in: "query", required: false, schema }] : [];
  });
  const success = { description: "Done.", content: { "application/json": { schema: reply } } };
  return {
    operationId: name,
    summary,
    description: `Role: ${role}.`,
    ...(parameters.length > 0 && { parameters }),
    ...(!isRead && {
      requestBody: { required: true, content: { "application/json": { schema: bodyOf(operation) } } },
    }),
    responses: {
      ...(creates && { 201: { ...success, description: "Something new, at the Location." } }),
      200: creates ? { ...success, description: "The same, told again." } : success,
      ...refusalsOf(operation),
    },
  };
}

/** The input without what stands in the path. */
export function bodyOf({ input, inPath }: Operation): JsonSchema {
  const properties = Object.entries(input.properties ?? {}).filter(([field]) => !inPath.includes(field));
  const required = (input.required ?? []).filter((field) => !inPath.includes(field));
  return { ...input, properties: Object.fromEntries(properties), required };
}

function refusalsOf({ refusals }: Operation): object {
  const statuses = Object.groupBy(refusals, (code) => String(REFUSALS[code as RefusalCode][0]));
  const documented = Object.entries(statuses).map(([status, codes = []]) => [
    status,
    problemAnswer(codes.join(", ")),
  ]);
  return {
    ...Object.fromEntries(documented),
    default: problemAnswer("Any other refusal; see docs/errors.md."),
  };
}

const problemAnswer = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
});

const PROBLEM = {
  type: "object",
  required: ["type", "title", "status", "code", "detail", "remedy"],
  properties: {
    type: { type: "string", format: "uri" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { enum: Object.keys(REFUSALS) },
    detail: { type: "string" },
    remedy: { type: "string" },
    pointer: { type: "string", description: "where in the input" },
  },
};

const BATCH_RESULT = {
  type: "object",
  required: ["status", "body"],
  properties: { status: { type: "integer" }, body: { description: "the reply, or the problem document" } },
};

const commands = OPERATIONS.filter(({ method }) => method === "POST");

const BATCH = {
  operationId: "batch",
  summary: "Many commands, each with an outcome of its own, in order.",
  requestBody: {
    required: true,
    content: {
      "application/json": {
        schema: {
          type: "object",
          required: ["commands"],
          additionalProperties: false,
          properties: {
            commands: { type: "array", maxItems: LIMITS.commands, items: { oneOf: commands.map(batchItem) } },
          },
        },
      },
      "application/x-ndjson": { schema: { type: "string", description: "one command a line" } },
    },
  },
  responses: {
    200: {
      description: "What became of each, in order; a line each where lines were sent.",
      content: {
        "application/json": {
          schema: {
            type: "object",
            required: ["results"],
            properties: { results: { type: "array", items: { $ref: "#/components/schemas/BatchResult" } } },
          },
        },
      },
    },
    default: problemAnswer("The batch as a whole is refused; none of it was recorded."),
  },
};

function batchItem({ name, input }: Operation): JsonSchema {
  return {
    ...input,
    required: ["command", ...(input.required ?? [])],
    properties: { command: { const: name }, ...input.properties },
  };
}
