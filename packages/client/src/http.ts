import { cut } from "./reason.ts";
import type { Connection } from "./settings.ts";

export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** The header of this name. */
  readonly retryAfter: string | null;
}

/** One request and its answer. Throws only where there was no answer, or not all of it. */
export async function exchange(
  { url, apiKey, fetch }: Connection,
  { method, path, body }: HttpRequest,
  signal: AbortSignal,
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    ...(body === undefined ? {} : { body }),
    // Followed, a redirect would turn a POST into a GET, whose 200 says nothing about the note.
    redirect: "manual",
    signal,
  });
  const text = await response.text();
  const { status, headers } = response;
  return { status, body: parse(text, response), retryAfter: headers.get("retry-after") };
}

function parse(text: string, { ok, type, status, headers }: Response): unknown {
  if (type === "opaqueredirect" || (status >= 300 && status < 400)) {
    const to = headers.get("location") ?? "another address";
    return { code: "redirected", detail: `the address leads on to ${to}: give that as the url` };
  }
  try {
    return JSON.parse(text);
  } catch {
    if (ok) throw new Error(`what answered is not drett: ${cut(text, 80)}`);
    return { detail: cut(text, 200) };
  }
}
