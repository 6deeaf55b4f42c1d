import { problem, REFUSALS, type Refusal } from "@drett/core";
import type { FastifyReply } from "fastify";

const RETRY_AFTER_SECONDS = 1;

export function sendJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply
    .code(status)
    .header("content-type", "application/json; charset=utf-8")
    .send(JSON.stringify(body));
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** Of a route that says no in JSON of its own; where nothing is said, refusals are problem documents. */
    readonly wordRefusal?: (refusal: Refusal) => string;
  }
}

/** A definite no, as a problem document (RFC 9457) or as the route words it. */
export function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  reply.server.access.refused(reply, refusal);
  const [status] = REFUSALS[refusal.refused];
  const wait = refusal.more?.retryAfterSeconds ?? (status === 503 ? RETRY_AFTER_SECONDS : undefined);
  if (wait !== undefined) reply.header("retry-after", wait);
  const { wordRefusal } = reply.request.routeOptions.config;
  return reply
    .code(status)
    .header("content-type", `application/${wordRefusal ? "json" : "problem+json"}; charset=utf-8`)
    .send(wordRefusal ? wordRefusal(refusal) : JSON.stringify(documentOf(refusal, reply)));
}

function documentOf(refusal: Refusal, reply: FastifyReply) {
  const document = problem(refusal);
  return document.status === 500 ? { ...document, requestId: reply.request.id } : document;
}
