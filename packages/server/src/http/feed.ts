import type { ServerResponse } from "node:http";
import { type Caller, type Engine, isRefusal, type Refusal, readEvents } from "@drett/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Static } from "typebox";
import { type Gate, isCaller } from "../access/gate.ts";
import { sendRefusal } from "./answer.ts";
import { callerOf, knockOf } from "./guard.ts";

const PAGE = 500;
type FeedPage = Static<typeof readEvents.reply>;
const LAST_WORDS_MS = 500;

export interface FeedOptions {
  /** How long a reader may leave its buffer full before it is cut off; it can resume where it was. */
  readonly stallMs: number;
  /** How often to look for facts that another process committed, and to tell the reader that the line is alive. */
  readonly pollMs: number;
}

/** The open streams of the feed. */
export class Feed {
  readonly #engine: Engine;
  readonly #options: FeedOptions;
  readonly #open = new Set<AbortController>();

  readonly #gate: Gate;

  constructor(engine: Engine, gate: Gate, options: FeedOptions) {
    this.#engine = engine;
    this.#gate = gate;
    this.#options = options;
  }

  /** Answers `GET /v1/events` with a stream where Accept asks for one; else leaves it to the page. */
  addTo(app: FastifyInstance): void {
    app.addHook("onRequest", async (request, reply) => {
      const isStream =
        request.routeOptions.url === "/v1/events" && request.headers.accept?.includes("text/event-stream");
      if (isStream && request.method === "GET") await this.#serve(request, reply);
    });
  }

  /** Ends all streams; their readers resume elsewhere. */
  close(): void {
    for (const stream of this.#open) stream.abort();
  }

  async #serve(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const query = request.query as { after?: string };
    let after = (request.headers["last-event-id"] as string | undefined) ?? query.after;
    const first = await this.#page(after, query, callerOf(request));
    if (isRefusal(first)) {
      sendRefusal(reply, first);
      return;
    }
    reply.hijack();
    const stream = new AbortController();
    this.#open.add(stream);
    reply.raw.once("close", () => stream.abort());
    const bell = new Bell();
    const stopListening = this.#engine.onFacts(() => bell.ring());
    try {
      // A stream is the last thing on its connection, which would idle on after its end.
      reply.raw.writeHead(200, {
        "content-type": "text/event-stream",
        "cache-control": "no-store",
        "x-request-id": request.id,
        connection: "close",
      });
      let page: typeof first | Refusal = first;
      while (!isRefusal(page) && !stream.signal.aborted) {
        const { items, cursor }: FeedPage = page.reply;
        await write(
          reply.raw,
          items.map(eventText).join("") || ": \n\n",
          stream.signal,
          this.#options.stallMs,
        );
        if (items.length < PAGE) await bell.rings(this.#options.pollMs, stream.signal);
        after = cursor;
        // A key may end while its stream goes on.
        const caller = this.#gate.identify(knockOf(request));
        page = isCaller(caller) ? await this.#page(after, {}, caller) : caller;
      }
    } finally {
      stopListening();
      this.#open.delete(stream);
      end(reply.raw);
    }
  }

  #page(after: string | undefined, query: object, caller: Caller) {
    const input = after === undefined ? query : { ...query, after };
    return this.#engine.read(readEvents, { ...input, limit: PAGE }, caller);
  }
}

/** Rung while nobody waits, it is heard by the next who does. */
class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves when it rings, at the latest after so many milliseconds, or at the signal. */
  async rings(atMostMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        const timer = setTimeout(wake, atMostMs);
        signal.addEventListener("abort", wake);
        this.#wake = wake;
      });
    }
    this.#rung = false;
    this.#wake = undefined;
  }
}

function eventText(event: { cursor: string }): string {
  return `id: ${event.cursor}\nevent: fact\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Ends the stream; does not wait long for a reader to take what is still on its way. */
function end(response: ServerResponse): void {
  response.end();
  const timer = setTimeout(() => response.destroy(), LAST_WORDS_MS);
  response.once("close", () => clearTimeout(timer));
}

/** Writes, and waits for a reader that is slower than the feed; cuts off one that does not read at all. */
function write(response: ServerResponse, text: string, signal: AbortSignal, stallMs: number): Promise<void> {
  if (response.write(text)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      response.off("drain", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(() => response.destroy(), stallMs);
    response.once("drain", done);
    signal.addEventListener("abort", done);
  });
}
