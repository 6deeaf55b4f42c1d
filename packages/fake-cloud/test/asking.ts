import assert from "node:assert/strict";
import type { Instance, JournalEntry } from "../src/index.ts";

interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** Asks a cloud; rejects where the connection is reset. */
export async function ask(
  url: string,
  method: string,
  path: string,
  body?: object,
  headers: { readonly [name: string]: string } = {},
): Promise<Reply> {
  const response = await fetch(`${url}/${path}`, {
    method,
    headers: { "x-caller": "engine", ...headers },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const said = (await response.json()) as Record<string, unknown>;
  return { status: response.status, body: said, headers: response.headers };
}

export async function create(url: string, plan: object = {}): Promise<Instance> {
  const { status, body } = await ask(url, "POST", "accounts/main/instances", plan);
  assert.equal(status, 201, JSON.stringify(body));
  return body as unknown as Instance;
}

export async function remove(url: string, id: string): Promise<number> {
  return (await ask(url, "DELETE", `accounts/main/instances/${id}`)).status;
}

export async function listed(url: string, query = ""): Promise<string[]> {
  const { body } = await ask(url, "GET", `accounts/main/instances?${query}`);
  return (body.items as Instance[]).map(({ id }) => id);
}

/** What happened to things, in order. */
export async function eventsIn(url: string): Promise<string[]> {
  const { body } = await ask(url, "GET", "journal");
  const entries = body.entries as JournalEntry[];
  return entries.map((it) =>
    it.event === "fault" ? `${it.by}: ${it.on} ${it.fault}` : `${it.by}: ${it.event} ${it.id} ${it.uid}`,
  );
}
