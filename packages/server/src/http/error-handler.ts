import { type RefusalCode, refuse } from "@drett/core";
import type { FastifyError, FastifyInstance, FastifyRequest } from "fastify";
import { sendRefusal } from "./answer.ts";
import { BodyRefused } from "./json-body.ts";

interface Trouble {
  readonly actorOf: (request: FastifyRequest) => string;
  readonly onError: (error: unknown, during: string, about: object) => void;
}

/** Answers what is thrown: what the client did wrong with a refusal of its own, all else as a mistake of drett's. */
export function addErrorHandler(app: FastifyInstance, { actorOf, onError }: Trouble): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof BodyRefused) return sendRefusal(reply, refuse(error.refused, error.message));
    const code = REFUSED_BY_FASTIFY[error.code];
    if (code) return sendRefusal(reply, refuse(code, error.message));
    if ((error.statusCode ?? 500) < 500)
      return sendRefusal(reply, refuse("malformed-request", error.message));
    onError(error, "request", {
      requestId: request.id,
      actor: actorOf(request),
      route: request.routeOptions.url,
    });
    return sendRefusal(reply, refuse("internal-error", "drett made a mistake."));
  });
}

const REFUSED_BY_FASTIFY: { readonly [code: string]: RefusalCode } = {
  FST_ERR_CTP_BODY_TOO_LARGE: "body-too-large",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "unsupported-media-type",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "malformed-request",
};
