import type { InstancePage } from "./instance.ts";

/** What a call to the cloud came to. */
export interface Reply {
  readonly status: number;
  readonly body: object;
  readonly retryAfter: string | null;
}

export interface Caller {
  readonly url: string;
  readonly caller: string;
}

/** Rejects where nobody can tell what became of it. */
export async function call(
  { url, caller }: Caller,
  method: string,
  path: string,
  signal: AbortSignal,
  onlyUid?: string,
): Promise<Reply> {
  const response = await fetch(`${url.replace(/\/$/, "")}/${path}`, {
    method,
    signal,
    headers: { "x-caller": caller, ...(onlyUid === undefined ? {} : { "if-match": onlyUid }) },
  });
  const body = (await response.json()) as object;
  return { status: response.status, body, retryAfter: response.headers.get("retry-after") };
}

/** All pages of the things with such a tag; throws where one of them does not come. */
export async function callForAll(
  caller: Caller,
  account: string,
  tag: string,
  signal: AbortSignal,
): Promise<Omit<InstancePage, "next">> {
  const path = `accounts/${encodeURIComponent(account)}/instances?limit=1000&tag=${encodeURIComponent(tag)}`;
  const items: InstancePage["items"][number][] = [];
  for (let next: string | null = "0"; ; ) {
    const reply: Reply = await call(caller, "GET", `${path}&cursor=${next}`, signal);
    if (reply.status !== 200) throw new Error(sayingOf(reply));
    const page = reply.body as InstancePage;
    items.push(...page.items);
    if (!page.isComplete || page.next === null) return { items, isComplete: page.isComplete };
    next = page.next;
  }
}

export function sayingOf({ status, body }: Reply): string {
  const { code, detail } = body as { code?: string; detail?: string };
  return `${status} ${code ?? ""}: ${detail ?? "nothing said"}`;
}
