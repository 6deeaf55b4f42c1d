import { type Engine, isRefusal, nearest, REFUSALS, type Refusal, refuse } from "@drett/core";
import type { FastifyInstance, FastifyReply } from "fastify";
import { sendRefusal } from "../http/answer.ts";
import { callerOf } from "../http/guard.ts";
import { type Answer, bodyOf, wordRefusal } from "./answer.ts";
import { OLD_COMMANDS } from "./commands.ts";
import { Door } from "./door.ts";
import { objectIds } from "./object-id.ts";
import type { OldCommand } from "./old-command.ts";

const commands: ReadonlyMap<unknown, OldCommand> = new Map(Object.entries(OLD_COMMANDS));

/** The protocol of drett 0.1: see docs/protocol-0.1.md. */
export function addOldProtocol(app: FastifyInstance, engine: Engine): void {
  const mint = objectIds();
  app.post(
    "/drett",
    { config: { wordRefusal, role: "report", takesBasic: true } },
    async (request, reply) => {
      const command = commandOf(request.body);
      if (isRefusal(command)) return sendRefusal(reply, command);
      const door = new Door(engine, mint, callerOf(request));
      const answer = await command(request.body as object, door);
      request.outcome = isRefusal(answer) ? answer : { reply: { id: door.record } };
      return send(reply, answer);
    },
  );
}

function commandOf(body: unknown): OldCommand | Refusal {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return refuse("invalid-input", "The body must be an object.");
  }
  const { cmd } = body as { cmd?: unknown };
  const command = commands.get(cmd);
  if (command) return command;
  if (typeof cmd !== "string")
    return refuse("unknown-command", "The body does not name its command as `cmd`.");
  const meant = nearest(cmd.slice(0, 100), Object.keys(OLD_COMMANDS));
  const hint = meant === undefined ? "" : ` Did you mean ${JSON.stringify(meant)}?`;
  return refuse("unknown-command", `There is no command ${JSON.stringify(cmd.slice(0, 100))}.${hint}`);
}

/** A client that looks at results alone must not take it for a success that it was not let in, stopped, or not served. */
function send(reply: FastifyReply, answer: Answer): FastifyReply {
  if (isRefusal(answer) && isLoud(answer)) return sendRefusal(reply, answer);
  const body = isRefusal(answer) ? wordRefusal(answer) : bodyOf(answer.result, null);
  return reply.code(200).header("content-type", "application/json; charset=utf-8").send(body);
}

function isLoud({ refused }: Refusal): boolean {
  const [status] = REFUSALS[refused];
  return status === 403 || status === 429 || status >= 500;
}
