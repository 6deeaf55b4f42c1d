import { addAbortSignal, type Readable } from "node:stream";
import { type Refusal, refuse } from "@drett/core";
import type { CgiRequest } from "./read-request.ts";

/** With these, a web server need not even close standard input. */
const BODILESS = ["GET", "HEAD", "OPTIONS"];

/** Takes as many bytes as there should be, or says why they are not there. */
export async function readBody(
  { method, length }: Pick<CgiRequest, "method" | "length">,
  stdin: () => Readable,
  timeoutMs: number,
): Promise<Buffer | Refusal> {
  if (length === 0 || (length === undefined && BODILESS.includes(method))) return Buffer.alloc(0);
  const late = AbortSignal.timeout(timeoutMs);
  try {
    return await take(addAbortSignal(late, stdin()), length);
  } catch (error) {
    return late.aborted
      ? refuse("request-timeout", "The body did not arrive in time.")
      : refuse("malformed-request", `The body cannot be read: ${(error as Error).message}.`);
  }
}

async function take(input: Readable, length: number | undefined): Promise<Buffer | Refusal> {
  const chunks: Buffer[] = [];
  let taken = 0;
  for await (const chunk of input as AsyncIterable<Buffer>) {
    if (length === undefined) return refuse("malformed-request", "There is a body, and no CONTENT_LENGTH.");
    chunks.push(chunk);
    taken += chunk.length;
    if (taken >= length) return Buffer.concat(chunks).subarray(0, length);
  }
  return length === undefined
    ? Buffer.alloc(0)
    : refuse("malformed-request", `The body ended after ${taken} of ${length} bytes.`);
}
