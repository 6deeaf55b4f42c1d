import { isRefusal, type Refusal } from "@drett/core";
import type { FastifyInstance } from "fastify";
import type { Gate } from "../access/gate.ts";
import { sendJson, sendRefusal } from "./answer.ts";

/** What a load balancer, a monitor and a person at the terminal want to know of the server itself. */
export interface Status {
  readonly version: string;
  /** Whether the store answers and the last write got through. */
  ready(): Promise<Refusal | undefined>;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** The committed OpenAPI document, as text. */
  openapi(): string;
}

export function addStatus(app: FastifyInstance, status: Status, gate: Gate): void {
  app.get("/healthz", { config: { role: "open" } }, (_request, reply) =>
    sendJson(reply, 200, {
      status: "ok",
      version: status.version,
      access: gate.isOpen ? "open: whoever reaches this port may use it" : "keys",
    }),
  );
  app.get("/readyz", { config: { role: "open" } }, async (_request, reply) => {
    const trouble = await status.ready();
    return trouble && isRefusal(trouble)
      ? sendRefusal(reply, trouble)
      : sendJson(reply, 200, { status: "ready" });
  });
  app.get("/metrics", { config: { role: "read", ofAll: true } }, async (_request, reply) =>
    reply.header("content-type", "text/plain; version=0.0.4; charset=utf-8").send(await status.metrics()),
  );
  app.get("/openapi.json", { config: { role: "read" } }, (_request, reply) =>
    reply.header("content-type", "application/json; charset=utf-8").send(status.openapi()),
  );
}
