import {
  type Caller,
  COMMANDS,
  type Engine,
  isRefusal,
  LIMITS,
  nearest,
  problem,
  type Refusal,
  refuse,
} from "@drett/core";
import { errorCodes, type FastifyInstance, type FastifyReply } from "fastify";
import type { Gate } from "../access/gate.ts";
import { sendJson, sendRefusal } from "./answer.ts";
import { callerOf } from "./guard.ts";
import { parseJson } from "./parse-json.ts";

const byName = new Map(COMMANDS.map((command) => [command.name, command]));

const BATCH = "/v1/batch";

interface Item {
  readonly status: number;
  readonly body: unknown;
}

/** Many commands, each with an outcome of its own, in order: as one JSON object, or a line each. */
export function addBatch(app: FastifyInstance, engine: Engine, gate: Gate): void {
  app.addContentTypeParser("application/x-ndjson", { parseAs: "buffer" }, (request, body, done) => {
    if (request.routeOptions.url === BATCH) done(null, body);
    else done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(request.headers["content-type"]));
  });
  app.post(BATCH, { config: { role: "any" } }, async (request, reply) => {
    const isLines = Buffer.isBuffer(request.body);
    const commands = isLines ? linesOf(request.body as Buffer) : commandsOf(request.body);
    if (isRefusal(commands)) return sendRefusal(reply, commands);
    const caller = callerOf(request);
    gate.charge(caller, Math.max(0, commands.length - 1));
    const results = await Promise.all(commands.map((item) => run(engine, item, caller)));
    app.access.answered(request, commands, results);
    return isLines ? sendLines(reply, results) : sendJson(reply, 200, { results });
  });
}

function commandsOf(body: unknown): readonly unknown[] | Refusal {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return refuse("invalid-input", "A batch must be an object.", { pointer: "" });
  }
  const { commands, ...others } = body as Record<string, unknown>;
  const [stranger] = Object.keys(others);
  if (stranger !== undefined)
    return refuse("unknown-field", `A batch has no field ${JSON.stringify(stranger.slice(0, 100))}.`);
  if (commands === undefined) return refuse("missing-field", 'The input lacks "commands".', { pointer: "" });
  if (!Array.isArray(commands))
    return refuse("invalid-input", "/commands must be a list.", { pointer: "/commands" });
  return withinLimit(commands);
}

function linesOf(bytes: Buffer): readonly unknown[] | Refusal {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start);
    const stop = end === -1 ? bytes.length : end;
    const line = bytes.subarray(start, stop);
    if (line.some((byte) => byte > 0x20)) lines.push(line);
    start = stop + 1;
  }
  const refused = withinLimit(lines);
  if (isRefusal(refused)) return refused;
  return lines.map((line) => {
    const parsed = parseJson(line);
    return isRefusal(parsed) ? new Unreadable(parsed) : parsed.value;
  });
}

/** A line that is not JSON spoils no other. */
class Unreadable {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    this.refusal = refusal;
  }
}

function withinLimit(commands: readonly unknown[]): readonly unknown[] | Refusal {
  return commands.length <= LIMITS.commands
    ? commands
    : refuse("too-many-commands", `The batch holds ${commands.length} commands.`);
}

async function run(engine: Engine, item: unknown, caller: Caller): Promise<Item> {
  if (item instanceof Unreadable) return refused(item.refusal);
  if (typeof item !== "object" || item === null || Array.isArray(item)) {
    return refused(refuse("invalid-input", "A command must be an object.", { pointer: "" }));
  }
  const { command: name, ...input } = item as Record<string, unknown>;
  const command = byName.get(name as string);
  if (!command) return refused(unknownCommand(name));
  const outcome = await engine.submit(command, input, caller);
  return isRefusal(outcome) ? refused(outcome) : { status: outcome.created ? 201 : 200, body: outcome.reply };
}

function unknownCommand(name: unknown): Refusal {
  if (typeof name !== "string") return refuse("unknown-command", "The item does not name its `command`.");
  const meant = nearest(name.slice(0, 100), [...byName.keys()]);
  const hint = meant === undefined ? "" : ` Did you mean ${JSON.stringify(meant)}?`;
  return refuse("unknown-command", `There is no command ${JSON.stringify(name.slice(0, 100))}.${hint}`);
}

function refused(refusal: Refusal): Item {
  const body = problem(refusal);
  return { status: body.status, body };
}

function sendLines(reply: FastifyReply, results: readonly Item[]): FastifyReply {
  const lines = results.map((result) => `${JSON.stringify(result)}\n`);
  return reply.code(200).header("content-type", "application/x-ndjson").send(lines.join(""));
}
