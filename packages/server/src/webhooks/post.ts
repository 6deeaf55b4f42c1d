import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isPublic, literalIn } from "./addresses.ts";
import { AddressRefused, publicLookup } from "./public-lookup.ts";

export interface Posting {
  readonly url: URL;
  readonly isPrivate: boolean;
  readonly headers: { readonly [name: string]: string };
  readonly payload: string;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  /** As it came. */
  readonly retryAfter: string | undefined;
}

/** Of an answer so much is taken off the wire, and nobody reads it. */
const MOST_BYTES = 64 * 1024;

/** Sends once, on a connection of its own, and follows nothing. Rejects where there is no answer. */
export function post(
  { url, isPrivate, headers, payload, signal }: Posting,
  lookup = publicLookup(),
): Promise<Answer> {
  const address = literalIn(url);
  if (!isPrivate && address !== undefined && !isPublic(address)) {
    return Promise.reject(new AddressRefused(url.hostname, address));
  }
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  const length = String(Buffer.byteLength(payload));
  return new Promise((resolve, reject) => {
    request(url, {
      method: "POST",
      headers: { ...headers, "content-length": length },
      agent: false,
      signal,
      ...(!isPrivate && { lookup }),
    })
      .on("error", reject)
      // An answer that switches to another protocol ends without an error.
      .on("close", () => reject(new Error("the connection ended without an answer")))
      .on("response", (response) => {
        drain(response);
        resolve({ status: response.statusCode ?? 0, retryAfter: response.headers["retry-after"] });
      })
      .end(payload);
  });
}

function drain(response: IncomingMessage): void {
  let bytes = 0;
  response
    .on("data", (part: Buffer) => {
      bytes += part.length;
      if (bytes > MOST_BYTES) response.destroy();
    })
    .on("error", () => {});
}
