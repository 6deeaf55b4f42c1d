import type { TLSSocket } from "node:tls";
import {
  applicationsOf,
  type Caller,
  type KeyHolder,
  lacks,
  type Refusal,
  type Role,
  refuse,
} from "@drett/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Gate, isCaller, type Knock } from "../access/gate.ts";
import { sendRefusal } from "./answer.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a key needs for the route. `any`: each command in it asks for itself; `open`: no key at all. */
    readonly role?: Role | "any" | "open";
    /** It tells of all applications: no key that is for some may have it. */
    readonly ofAll?: true;
    /** Its clients can only put a key into the URL, which becomes the password of Basic. */
    readonly takesBasic?: true;
  }
  interface FastifyRequest {
    /** Who was let in. */
    admitted: Caller | null;
  }
}

const NOBODY: KeyHolder = { name: "nobody", roles: [], applications: [] };

/** Who asks; one who was not let in may do nothing. */
export const callerOf = ({ admitted }: FastifyRequest): Caller => admitted ?? NOBODY;

/** No route without a role, and nobody on it without that. To be called before there are routes. */
export function addGuard(app: FastifyInstance, gate: Gate): void {
  app.decorateRequest("admitted", null);
  app.addHook("onRoute", ({ method, url, config }) => {
    if (config?.role === undefined)
      throw new Error(`${String(method)} ${url} does not say which role it needs`);
  });
  const turnAway = async (refusal: Refusal, request: FastifyRequest, reply: FastifyReply) => {
    if (refusal.refused !== "rate-limited") await gate.hesitate(knockOf(request));
    sendRefusal(challenged(reply, refusal), refusal);
  };
  app.addHook("onRequest", (request, reply, done) => {
    const { role } = request.routeOptions.config;
    const isForAll = request.is404 || role === "open";
    const caller = isForAll ? gate.identify(knockOf(request)) : gate.admit(knockOf(request));
    if (isForAll && !isCaller(caller)) return done();
    if (!isCaller(caller)) return void turnAway(caller, request, reply);
    request.admitted = caller;
    const refusal = isForAll ? undefined : forbidden(caller, request);
    if (refusal) sendRefusal(reply, refusal);
    else done();
  });
}

function forbidden(caller: Caller, { routeOptions, url }: FastifyRequest): Refusal | undefined {
  const { role = "admin", ofAll } = routeOptions.config;
  if (role === "open" || role === "any") return undefined;
  const refusal = lacks(caller, role);
  if (refusal || ofAll === undefined || applicationsOf(caller) === undefined) return refusal;
  return refuse(
    "foreign-application",
    `${url.split("?")[0]} tells of all applications, and the key is for some.`,
  );
}

export const knockOf = (request: FastifyRequest): Knock => ({
  key: keyIn(request),
  names: namesOf(request.raw.socket as TLSSocket),
  address: request.ip,
});

/** What is sent in some other way is no key. */
function keyIn({ headers: { authorization }, routeOptions }: FastifyRequest): string | undefined {
  if (authorization === undefined) return undefined;
  const [scheme = "", value = ""] = authorization.trim().split(/\s+/);
  if (scheme.toLowerCase() === "bearer") return value;
  const isBasic = scheme.toLowerCase() === "basic" && routeOptions.config.takesBasic;
  return isBasic ? passwordOf(value) : "";
}

const passwordOf = (credentials: string) =>
  Buffer.from(credentials, "base64").toString("utf8").split(":").slice(1).join(":");

/** The common name and the DNS names of a certificate that one of our authorities has signed. */
function namesOf(socket: TLSSocket): readonly string[] {
  if (!socket.encrypted || !socket.authorized) return [];
  const { subject, subjectaltname = "" } = socket.getPeerCertificate();
  const dns = subjectaltname.split(", ").flatMap((name) => /^DNS:([\w.-]+)$/.exec(name)?.[1] ?? []);
  return [subject?.CN, ...dns].filter((name) => typeof name === "string");
}

function challenged(reply: FastifyReply, { refused }: Refusal): FastifyReply {
  if (refused !== "api-key-missing" && refused !== "api-key-invalid") return reply;
  const scheme = reply.request.routeOptions.config.takesBasic ? "Basic" : "Bearer";
  const error = scheme === "Bearer" && refused === "api-key-invalid" ? ', error="invalid_token"' : "";
  return reply.header("www-authenticate", `${scheme} realm="drett"${error}`);
}
