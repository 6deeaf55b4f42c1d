import { COMMANDS, type Command, type Engine, isRefusal, READS, type Read, refuse } from "@drett/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { sendJson, sendRefusal } from "./answer.ts";
import { callerOf } from "./guard.ts";
import { inputOfQuery } from "./query.ts";

/** One route for each command and each read; nothing about them is written here a second time. */
export function addRoutes(app: FastifyInstance, engine: Engine): void {
  for (const command of COMMANDS) addCommand(app, engine, command);
  for (const read of READS) {
    const { method, url } = methodAndUrl(read);
    app.route({
      method,
      url,
      config: { role: read.role },
      async handler(request, reply) {
        const input = { ...inputOfQuery(read.input, request.query as object), ...(request.params as object) };
        const answer = await engine.read(read, input, callerOf(request));
        return isRefusal(answer) ? sendRefusal(reply, answer) : sendJson(reply, 200, answer.reply);
      },
    });
  }
}

function addCommand(app: FastifyInstance, engine: Engine, command: Command): void {
  const { method, url } = methodAndUrl(command);
  const hasId = url.includes(":id");
  app.route({
    method,
    url,
    config: { role: command.role },
    handler: (request, reply) => {
      const [parameter] = Object.keys(request.query as object);
      if (parameter !== undefined) {
        const detail = `A command takes no parameters in its URL; ${JSON.stringify(parameter.slice(0, 100))} belongs into the body.`;
        return sendRefusal(reply, refuse("unknown-field", detail));
      }
      const input = hasId ? withPathId(request) : (request.body ?? {});
      if (input === CONTRADICTION) {
        return sendRefusal(
          reply,
          refuse("invalid-input", "The body names another id than the path.", { pointer: "/id" }),
        );
      }
      return engine.submit(command, input, callerOf(request)).then((outcome) => {
        if (isRefusal(outcome)) return sendRefusal(reply, outcome);
        request.outcome = outcome;
        if (outcome.created) reply.header("location", locationOf(url, outcome.reply as { id: string }));
        return sendJson(reply, outcome.created ? 201 : 200, outcome.reply);
      });
    },
  });
}

const CONTRADICTION = Symbol("the path and the body name different ids");

function withPathId({ params, body = {} }: FastifyRequest): unknown {
  const { id } = params as { id: string };
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  const named = (body as { id?: unknown }).id;
  return named === undefined || named === id ? { ...body, id } : CONTRADICTION;
}

const locationOf = (url: string, reply: { id: string }) => `${url}/${reply.id}`;

function methodAndUrl({ route }: Pick<Command | Read, "route">) {
  const [method = "", path = ""] = route?.split(" ") ?? [];
  return { method, url: path.replaceAll(/\{(\w+)\}/g, ":$1") };
}
