import { STATUS_CODES } from "node:http";
import { problem, type Refusal } from "@drett/core";
import type { CgiRequest } from "./read-request.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly body: Buffer;
}

const RETRY_AFTER_SECONDS = 1;

/** A definite no that came about before there was HTTP to give it. */
export function refused(refusal: Refusal): Answer {
  const document = problem(refusal);
  return {
    status: document.status,
    headers: {
      "content-type": "application/problem+json; charset=utf-8",
      ...(document.status === 503 && { "retry-after": RETRY_AFTER_SECONDS }),
    },
    body: Buffer.from(JSON.stringify(document)),
  };
}

/** Of these the web server has its own. */
const NOT_OURS = ["connection", "keep-alive", "transfer-encoding", "date", "content-length"];

/** The answer as a web server reads it (RFC 3875, section 6). */
export function writeAnswer(
  { status, headers, body }: Answer,
  { method, base }: Pick<CgiRequest, "method" | "base">,
): Buffer {
  const lines = [`Status: ${status} ${STATUS_CODES[status] ?? "Unknown"}`];
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || NOT_OURS.includes(name)) continue;
    for (const one of [value].flat()) lines.push(`${name}: ${name === "location" ? base : ""}${one}`);
  }
  const isHead = method === "HEAD";
  if (!isHead) lines.push(`content-length: ${body.length}`);
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  return isHead ? head : Buffer.concat([head, body]);
}
