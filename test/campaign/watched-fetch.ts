import type { Random } from "../crash/random.ts";
import type { noteIn } from "./note.ts";

interface Item {
  readonly command?: string;
  readonly id: string;
  readonly type: string;
  readonly session?: string;
}

interface Answered {
  readonly lost?: readonly { readonly resource: string }[];
  readonly results?: readonly { readonly status: number }[];
}

/** Sends each request to one of the servers, and writes down which intents and heartbeats drett acknowledged. */
export function watchedFetch(
  urls: readonly string[],
  random: Random,
  note: ReturnType<typeof noteIn>,
): typeof fetch {
  return async (input, init) => {
    const { pathname, search } = new URL(input as string);
    const sent = Date.now();
    const response = await fetch(`${random.pick(urls)}${pathname}${search}`, init);
    const text = await response.text();
    if (response.ok) {
      const body = JSON.parse(text) as Answered;
      const [, session] = /^\/v1\/sessions\/([^/]+)\/heartbeat$/.exec(pathname) ?? [];
      const lost = (body.lost ?? []).map(({ resource }) => resource);
      if (session !== undefined) note({ what: "heard", session, sent, lost });
      for (const { id, type, session } of intentsIn(pathname, init?.body, body))
        note({ what: "intended", id, type, ...(session !== undefined && { session }) });
    }
    return new Response(text, { status: response.status, headers: response.headers });
  };
}

/** Those that were acknowledged. */
function intentsIn(path: string, said: unknown, { results = [] }: Answered): readonly Item[] {
  if (typeof said !== "string") return [];
  if (path === "/v1/resources") return [JSON.parse(said) as Item];
  if (path !== "/v1/batch") return [];
  const { commands } = JSON.parse(said) as { commands: readonly Item[] };
  const isTaken = (place: number) => (results[place]?.status ?? 500) < 300;
  return commands.filter(({ command }, place) => command === "register-intent" && isTaken(place));
}
