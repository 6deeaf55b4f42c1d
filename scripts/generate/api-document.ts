import { LIMITS } from "@drett/core";
import { OPERATIONS, type Operation } from "./contract.ts";
import { wordsOf } from "./schema-text.ts";

/** The contract for people, as Markdown. */
export function apiDocument(): string {
  const [commands, reads] = [
    OPERATIONS.filter(({ method }) => method === "POST"),
    OPERATIONS.filter(({ method }) => method === "GET"),
  ];
  return `<!-- Written by \`npm run generate\` from the commands and reads of the server. Do not edit. -->

# The HTTP interface

JSON under \`/v1\`, on 127.0.0.1:5001 where nothing else is said. Times are RFC 3339 with a zone, answered in UTC
with milliseconds; durations are whole seconds. Ids are 1 to 63 of \`a-z\`, \`0-9\` and \`-\`, so that one string
serves as client token, tag and name at any provider; choose them yourself, or drett does. A field that is not known
is refused. Every refusal is a problem document (RFC 9457) with a stable \`code\`: [errors.md](errors.md).

**Retries.** Send \`at\`, the time at which it happened, and send the same again: a fact that is known already changes
nothing and is answered alike. Without \`at\`, a report with the same content as a known one is taken for it.

**People's decisions** (\`confirm-…\`, \`forget\`, \`unhold\`, \`reclaim-now\`) carry a \`reason\`, and as \`seen\` the \`version\` of the record that
was looked at: if its state or its external ids have changed since, they are refused. With a \`decision\` id of your own,
a retry is known for one. [record.md](record.md#what-people-decide) says what each does.

**Keys.** Where the server has API keys, send one as \`Authorization: Bearer …\`. Each route says which role it needs;
[security.md](security.md) tells the rest.

**Limits.** A body of ${LIMITS.bodyBytes / 1024 / 1024} MiB, \`data\` of ${LIMITS.dataBytes / 1024} KiB, ${LIMITS.labels} labels, text of ${LIMITS.textCharacters.toLocaleString("en")} characters, ${LIMITS.commands.toLocaleString("en")} commands
a batch, ${LIMITS.page.toLocaleString("en")} items a page, ${LIMITS.depth} levels of nesting.

| | |
|---|---|
| engines report | ${linked(commands.filter(({ role }) => role === "report"))} |
| people decide | ${linked(commands.filter(({ role }) => role !== "report"))} |
| many at once | [\`batch\`](#batch) |
| whoever reads | ${linked(reads)} |

## Commands

Each is also a batch item: the same object, with \`"command"\` and its name, and the \`id\` of the path in it.

${commands.map(section).join("\n\n")}

### batch

Many commands, each with an outcome of its own, in order.

\`POST /v1/batch\` with \`{"commands": [{"command": "register-intent", …}, …]}\` is answered with
\`{"results": [{"status": 201, "body": {…}}, …]}\`; a refused one spoils no other. With
\`Content-Type: application/x-ndjson\`, a command a line is answered with a result a line.

## Reads

${reads.map(section).join("\n\n")}

The feed as a stream: \`GET /v1/events\` with \`Accept: text/event-stream\`; resumed by \`Last-Event-ID\` or \`after\`.

## The server itself

| | |
|---|---|
| \`GET /healthz\` | it runs, its version, and who may use it |
| \`GET /readyz\` | 200 while the store answers and the last write got through, else 503 |
| \`GET /metrics\` | for Prometheus |
| \`GET /openapi.json\` | this, as OpenAPI 3.1 |
`;
}

const linked = (operations: readonly Operation[]) =>
  operations.map(({ name }) => `[\`${name}\`](#${name})`).join(" · ");

function section({ name, summary, method, path, role, input, refusals, inPath }: Operation): string {
  const fields = Object.entries(input.properties ?? {});
  const rows = fields.map(([field, schema]) => {
    const need = inPath.includes(field) ? "in the path" : input.required?.includes(field) ? "required" : "";
    return `| \`${field}\` | ${need} | ${wordsOf(schema).replaceAll("|", "\\|")} |`;
  });
  const table = rows.length > 0 ? `\n\n| field | | |\n|---|---|---|\n${rows.join("\n")}` : "";
  const refused =
    refusals.length > 0 ? `\n\nRefusals: ${refusals.map((code) => `\`${code}\``).join(", ")}.` : "";
  return `### ${name}\n\n${summary}\n\n\`${method} ${path}\` (role \`${role}\`)${table}${refused}`;
}
