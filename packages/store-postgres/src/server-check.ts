import { StoreUnavailable } from "@drett/core";
import type { Row } from "./rows.ts";

/** What is asked of every server before it is trusted with anything. */
const CHECKED = [
  "server_version_num",
  "server_version",
  "in_hot_standby",
  "default_transaction_read_only",
  "default_transaction_isolation",
  "server_encoding",
  "synchronous_commit",
  "fsync",
  "full_page_writes",
] as const;

export type ServerState = { readonly [name in (typeof CHECKED)[number]]: string | null };

const OLDEST = 130_000;
const DURABILITY = ["synchronous_commit", "fsync", "full_page_writes"] as const;

/** `in_hot_standby` came with version 14; the function tells the same on all. */
const ASK = `SELECT ${CHECKED.map((name) =>
  name === "in_hot_standby" ? "pg_is_in_recovery()::text" : `current_setting('${name}', true)`,
).join(", ")}`;

export async function stateOf(ask: (text: string) => Promise<readonly Row[]>): Promise<ServerState> {
  const [row = []] = await ask(ASK);
  return Object.fromEntries(CHECKED.map((name, place) => [name, row[place] ?? null])) as ServerState;
}

/** Which of its promises the server does not keep, in the words of its settings. */
export const lostCommits = (state: ServerState): readonly string[] =>
  DURABILITY.filter((name) => state[name] === "off");

export interface Demands {
  /** `allow_lost_commits` */
  readonly mayLoseCommits: boolean;
  /** Whether drett sets the isolation level for its own connections. */
  readonly setsIsolation: boolean;
}

/** Throws {@link StoreUnavailable} where drett cannot work on this server, or must not. */
export function refuseUnfit(state: ServerState, { mayLoseCommits, setsIsolation }: Demands): void {
  if (Number(state.server_version_num) < OLDEST) {
    throw new StoreUnavailable(
      `PostgreSQL ${state.server_version} is too old`,
      "Use version 13 or later; `host` and `port` lead to this one.",
    );
  }
  if (state.in_hot_standby === "true") {
    throw new StoreUnavailable(
      "the database is a standby and takes no writes",
      "Point `host` at the primary, or promote this one.",
    );
  }
  if (state.default_transaction_read_only === "on") {
    throw new StoreUnavailable(
      "the database takes no writes: default_transaction_read_only is on",
      "Turn it off for the role of `user`: ALTER ROLE … SET default_transaction_read_only = off.",
    );
  }
  if (state.server_encoding !== "UTF8") {
    throw new StoreUnavailable(
      `the database keeps texts in ${state.server_encoding}`,
      "Create `database` with ENCODING 'UTF8'.",
    );
  }
  if (!setsIsolation && state.default_transaction_isolation !== "read committed") {
    throw new StoreUnavailable(
      `default_transaction_isolation is ${state.default_transaction_isolation}`,
      "Behind a pooler drett cannot set it: ALTER ROLE … SET default_transaction_isolation = 'read committed' for `user`.",
    );
  }
  const lost = lostCommits(state);
  if (lost.length > 0 && !mayLoseCommits) {
    throw new StoreUnavailable(
      `a crash may lose what was acknowledged: ${lost.join(" and ")} ${lost.length === 1 ? "is" : "are"} off`,
      `Turn ${lost.length === 1 ? "it" : "them"} on for the role of \`user\`, or set \`allow_lost_commits: true\` where nothing of value is kept.`,
    );
  }
}
