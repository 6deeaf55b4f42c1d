import type { Socket } from "node:net";
import { type Engine, LIMITS, nameOf, refuse } from "@drett/core";
import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import type { Gate } from "../access/gate.ts";
import { addOldProtocol } from "../legacy/route.ts";
import type { Logger } from "../logging/pino-logger.ts";
import { AccessLog, addAccessLog } from "./access-log.ts";
import { sendRefusal } from "./answer.ts";
import { addBatch } from "./batch.ts";
import { answerBrokenRequest, answerOn } from "./broken-request.ts";
import { addErrorHandler } from "./error-handler.ts";
import { Feed } from "./feed.ts";
import { addGuard, callerOf } from "./guard.ts";
import { allowsHost } from "./host.ts";
import { addJsonBody } from "./json-body.ts";
import { type Routed, refuseOtherMethods } from "./other-methods.ts";
import { requestIds } from "./request-id.ts";
import { addRoutes } from "./routes.ts";
import { addStatus, type Status } from "./status.ts";
import { serverOptions, type TlsFiles } from "./tls.ts";

export interface HttpOptions {
  readonly engine: Engine;
  readonly status: Status;
  /** Names under which the server may be called, besides those of loopback. */
  readonly hosts: readonly string[];
  /** How long a request may take to arrive, and a connection may idle. */
  readonly requestMs: number;
  readonly idleMs: number;
  readonly gate: Gate;
  /** Where it speaks TLS itself. */
  readonly tls?: TlsFiles;
  readonly feed: { readonly stallMs: number; readonly pollMs: number };
  readonly log: Logger;
  readonly onError: (error: unknown, during: string, about: object) => void;
}

export interface HttpServer {
  readonly app: FastifyInstance;
  /** All that it answers, but for the methods that a path does not take. */
  readonly routes: readonly Routed[];
  /** Ends the streams, answers what is under way, takes nothing new. */
  close(): Promise<void>;
}

export function createHttp({
  engine,
  status,
  hosts,
  requestMs,
  idleMs,
  gate,
  tls,
  feed,
  log,
  onError,
}: HttpOptions): HttpServer {
  const app = fastify({
    logger: false,
    genReqId: requestIds(),
    bodyLimit: LIMITS.bodyBytes,
    requestTimeout: requestMs,
    keepAliveTimeout: idleMs,
    // Without a Host header Node would answer by itself, and not with a problem document.
    ...serverOptions(
      {
        headersTimeout: requestMs,
        connectionsCheckingInterval: Math.min(1_000, requestMs),
        requireHostHeader: false,
      },
      tls,
    ),
    // Longer than any head: what an id may be is said once, by its shape.
    routerOptions: { maxParamLength: 100_000 },
    return503OnClosing: false,
    forceCloseConnections: "idle",
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => {
      sendRefusal(
        reply.header("x-request-id", request.id),
        refuse("malformed-request", error.message.slice(0, 200)),
      );
    },
    exposeHeadRoutes: false,
    // The engine checks what comes in: Fastify's compilers of schemas would be loaded and never used.
    schemaController: { compilersFactory: { buildValidator: noSchema, buildSerializer: noSchema } },
  });
  const actorOf = (request: FastifyRequest) => nameOf(callerOf(request));
  const sockets = new Set<Socket>();
  app.server.on(tls ? "secureConnection" : "connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  let stopping = false;
  const streams = new Feed(engine, gate, feed);
  addAccessLog(app, new AccessLog(log, actorOf));

  addJsonBody(app);
  app.addHook("onRequest", (request, reply, done) => {
    request.began = performance.now();
    reply.header("x-request-id", request.id);
    if (stopping) {
      sendRefusal(reply.header("connection", "close"), refuse("shutting-down", "The server is stopping."));
    } else if (request.headers.host === undefined && request.raw.httpVersion === "1.1") {
      sendRefusal(
        reply.header("connection", "close"),
        refuse("malformed-request", "There is no Host header."),
      );
    } else if (!allowsHost(request.headers.host, hosts)) {
      sendRefusal(reply, refuse("wrong-host", `This server is not called ${JSON.stringify(request.host)}.`));
    } else done();
  });
  addErrorHandler(app, { actorOf, onError });
  app.setNotFoundHandler((request, reply) =>
    sendRefusal(reply, refuse("unknown-route", `There is nothing at ${request.url.slice(0, 200)}.`)),
  );

  const routes: Routed[] = [];
  app.addHook("onRoute", ({ method, url, config }) => {
    for (const one of [method].flat()) routes.push({ method: one, url, config });
  });
  addGuard(app, gate);
  streams.addTo(app);
  addRoutes(app, engine);
  addBatch(app, engine, gate);
  addOldProtocol(app, engine);
  addStatus(app, status, gate);
  const answered = [...routes];
  refuseOtherMethods(app, answered);
  return {
    app,
    routes: answered,
    async close() {
      stopping = true;
      streams.close();
      // A connection that is answered only now would keep the server for as long as it may idle.
      for (const socket of sockets) {
        const underWay = answerOn(socket);
        if (underWay) underWay.shouldKeepAlive = false;
      }
      await app.close();
    },
  };
}

function noSchema(): never {
  throw new Error("a route has a schema for Fastify; the engine checks what comes in");
}
