import { isRefusal, type RefusalCode } from "@drett/core";
import type { FastifyInstance } from "fastify";
import { parseJson } from "./parse-json.ts";

/** Reads bodies as JSON, and no others. */
export function addJsonBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => {
    const parsed = body.length === 0 ? { value: {} } : parseJson(body as Buffer);
    if (isRefusal(parsed)) done(new BodyRefused(parsed.refused, parsed.detail));
    else done(null, parsed.value);
  });
}

export class BodyRefused extends Error {
  readonly refused: RefusalCode;
  constructor(refused: RefusalCode, detail: string) {
    super(detail);
    this.refused = refused;
  }
}
