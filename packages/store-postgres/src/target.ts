import { nearest, StoreUnavailable } from "@drett/core";
import type { PostgresSettings } from "./settings.ts";
import { type Tls, tlsOf } from "./tls.ts";

/** Which database, as whom, and how it is reached. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly tls: Tls;
}

/** What `url` says in the place of other settings. */
const PLACE = ["host", "port", "database", "user", "password"] as const;
const IN_QUERY = ["host", "sslmode", "sslrootcert", "sslcert", "sslkey"] as const;
type Said = Pick<PostgresSettings, (typeof PLACE)[number] | "sslmode" | "sslrootcert" | "sslcert" | "sslkey">;

/** Reads where the database is. Throws {@link StoreUnavailable} where the settings cannot be meant so. */
export function targetOf(settings: PostgresSettings): Target {
  const said = settings.url === undefined ? settings : { ...settings, ...readUrl(settings.url, settings) };
  const host = said.host ?? "localhost";
  return {
    host,
    port: said.port ?? 5432,
    database: said.database ?? "drett",
    user: said.user ?? "drett",
    password: said.password ?? "",
    tls: tlsOf(said, host),
  };
}

/** The same place, as the role that may change the schema. */
export function migrationTargetOf(target: Target, settings: PostgresSettings): Target {
  const { migration_user: user, migration_password: password } = settings;
  if (user !== undefined) return { ...target, user, password: password ?? "" };
  if (password === undefined) return target;
  throw new StoreUnavailable(
    "`migration_password` is set without `migration_user`",
    "Set `migration_user` too, or remove `migration_password`.",
  );
}

function readUrl(text: string, settings: PostgresSettings): Partial<Said> {
  // PostgreSQL's own tools take a user without a host; WHATWG's addresses have none such.
  const url = URL.parse(text.replace(/^(\w+:\/\/[^/?#]*@)(?=\/)/, "$1localhost"));
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new StoreUnavailable("`url` is no address of a PostgreSQL database", FORM);
  }
  const database = decode(url.pathname.slice(1));
  const { host = decode(url.hostname), ...inQuery } = readQuery(url.searchParams);
  const said: Partial<Said> = {
    ...(host !== "" && { host: host.replace(/^\[(.*)\]$/, "$1") }),
    ...(url.port !== "" && { port: Number(url.port) }),
    ...(database !== "" && { database }),
    ...(url.username !== "" && { user: decode(url.username) }),
    ...(url.password !== "" && { password: decode(url.password) }),
    ...inQuery,
  };
  for (const name of [...PLACE, ...IN_QUERY]) {
    if (settings[name] === undefined) continue;
    const isPlace = PLACE.includes(name as (typeof PLACE)[number]);
    if (isPlace || said[name] !== undefined) {
      throw new StoreUnavailable(
        `\`url\` and \`${name}\` are both set`,
        `Say it in one place: remove \`url\` or \`${name}\`.`,
      );
    }
  }
  return said;
}

const FORM =
  "Write `url: postgresql://user:password@host:5432/database`, with special characters in %-encoding, or set `host`, `database`, `user` and `password` instead.";

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new StoreUnavailable("`url` has a % that is not followed by two hexadecimal digits", FORM);
  }
}

function readQuery(query: URLSearchParams): Partial<Pick<Said, (typeof IN_QUERY)[number]>> {
  for (const name of query.keys()) {
    if (IN_QUERY.includes(name as (typeof IN_QUERY)[number])) continue;
    const meant = nearest(name, IN_QUERY);
    throw new StoreUnavailable(
      `\`url\` has a parameter ${JSON.stringify(name)}`,
      `It may have ${IN_QUERY.join(", ")}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
    );
  }
  return Object.fromEntries(query);
}
