import { refuse } from "@drett/core";
import type { FastifyInstance, RouteOptions } from "fastify";
import { sendRefusal } from "./answer.ts";

export interface Routed {
  readonly method: string;
  readonly url: string;
  readonly config: RouteOptions["config"];
}

/** Answers the methods that the paths do not take. */
export function refuseOtherMethods(app: FastifyInstance, routes: readonly Routed[]): void {
  const byUrl = Map.groupBy(routes, ({ url }) => url);
  for (const [url, its] of byUrl) {
    const allowed = its.map(({ method }) => method);
    const others = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].filter(
      (method) => !allowed.includes(method),
    );
    app.route({
      method: others,
      url,
      ...(its[0]?.config && { config: its[0].config }),
      onRequest: (request, reply) => {
        const detail = `${request.method} is not for ${url}; use ${allowed.join(" or ")}.`;
        sendRefusal(reply.header("allow", allowed.join(", ")), refuse("method-not-allowed", detail));
      },
      handler: () => {},
    });
  }
}
