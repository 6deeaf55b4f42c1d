import { COMMANDS, isRefusal, REFUSALS, type Refusal } from "@drett/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "../logging/pino-logger.ts";
import { Allowance } from "./allowance.ts";

declare module "fastify" {
  interface FastifyInstance {
    readonly access: AccessLog;
  }
  interface FastifyRequest {
    /** When it began, on the monotonic clock. */
    began: number;
    /** What came of it, where that was a command or a refusal. */
    outcome: Answered | null;
  }
}

type Answered = { readonly reply: unknown } | Refusal;

/** What came of one command of a batch. */
interface Result {
  readonly status: number;
  readonly body: unknown;
}

const FAILURES_PER_SECOND = 10;

/** Gives an application its access log. Where that does not tell all, nothing happens in between. */
export function addAccessLog(app: FastifyInstance, access: AccessLog): void {
  app.decorate("access", access);
  app.decorateRequest("began", 0);
  app.decorateRequest("outcome", null);
  if (!access.tellsAll) return;
  app.addHook("onResponse", (request, reply, done) => {
    access.sent(request, reply.statusCode);
    done();
  });
}

/**
 * A line for each request: at the level debug, and at the level warn where the server could not serve it. Of the
 * latter a few a second are enough: a store that is away is no reason to fill the disk.
 */
export class AccessLog {
  readonly #log: Logger;
  readonly #actorOf: (request: FastifyRequest) => string;
  readonly #failures = new Allowance(FAILURES_PER_SECOND);
  /** Whether there is a line for what was served, too. */
  readonly tellsAll: boolean;

  constructor(log: Logger, actorOf: (request: FastifyRequest) => string) {
    this.#log = log;
    this.#actorOf = actorOf;
    this.tellsAll = log.isLevelEnabled("debug");
  }

  /** An answer that was sent; a refusal for want of service has its line already. */
  sent(request: FastifyRequest, status: number): void {
    if (status < 500) this.#log.debug(this.#about(request, status), "answered");
  }

  /** A refusal that is about to be sent. */
  refused({ request }: FastifyReply, refusal: Refusal): void {
    request.outcome = refusal;
    const [status] = REFUSALS[refusal.refused];
    if (status >= 500) this.#tellFailure(() => this.#about(request, status));
  }

  /** Results of a batch, in the order of its commands. */
  answered(request: FastifyRequest, commands: readonly unknown[], results: readonly Result[]): void {
    for (const [item, result] of results.entries()) {
      if (result.status < 500 && !this.tellsAll) continue;
      const about = () => ({ ...this.#whose(request), item, ...aboutItem(commands[item], result) });
      if (result.status >= 500) this.#tellFailure(about);
      else this.#log.debug(about(), "answered");
    }
  }

  #tellFailure(about: () => object): void {
    if (!this.#log.isLevelEnabled("warn")) return;
    const skipped = this.#failures.take();
    if (skipped === undefined) return;
    this.#log.warn(skipped === 0 ? about() : { ...about(), skipped }, "refused");
  }

  #about(request: FastifyRequest, status: number): object {
    return {
      ...this.#whose(request),
      method: request.method,
      // The pattern: what stands in a URL is not for a log.
      route: request.routeOptions.url,
      ...(request.outcome && aboutOutcome(request.outcome)),
      record: recordIn(replyOf(request.outcome), request.params, request.body),
      status,
      ms: Math.round(performance.now() - request.began),
    };
  }

  #whose(request: FastifyRequest): object {
    return { requestId: request.id, actor: this.#actorOf(request) };
  }
}

const replyOf = (outcome: Answered | null) => (outcome && !isRefusal(outcome) ? outcome.reply : undefined);

function aboutOutcome(outcome: Answered): object {
  if (isRefusal(outcome)) return { code: outcome.refused };
  const { resources } = outcome.reply as { readonly resources?: readonly { readonly id: string }[] };
  return resources?.length ? { members: resources.map(({ id }) => id) } : {};
}

const NAMES: ReadonlySet<unknown> = new Set(COMMANDS.map(({ name }) => name));

function aboutItem(command: unknown, { status, body }: Result): object {
  const name = (command as { command?: unknown } | null)?.command;
  const { code } = body as { code?: string };
  return { command: NAMES.has(name) ? name : undefined, code, record: recordIn(body, command), status };
}

const ID = /^[a-z][a-z0-9-]{0,62}$/;

/** The first id in them that can be one of a record. */
function recordIn(...told: readonly unknown[]): string | undefined {
  return told
    .map((it) => (it as { id?: unknown } | null | undefined)?.id)
    .find((id): id is string => typeof id === "string" && ID.test(id));
}
