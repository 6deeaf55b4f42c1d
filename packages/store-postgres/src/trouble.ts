import { StoreUnavailable } from "@drett/core";
import { DatabaseError } from "pg";

/** What to do about a condition, by its SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const REMEDIES: { readonly [state: string]: string } = {
  "08P01":
    "Check the log of the pooler, and that `host` and `port` lead to PostgreSQL; behind a pooler set `pooler: true`.",
  "25006":
    "The database takes no writes: point `host` at the primary, or turn `default_transaction_read_only` off.",
  "26000": "Prepared statements get lost: there is a pooler in between, so set `pooler: true`.",
  "28000":
    "Check `user`, and whether pg_hba.conf lets it in from here (with TLS: `sslmode`, `sslcert`, `sslkey`).",
  "28P01": "Check `user` and `password`.",
  "3D000": "Create the database, or correct `database`.",
  "3F000": "The schema is gone: restore a backup, or correct `schema`.",
  "42501":
    "Grant the role of `user` what it needs, or set `migration_user` to the owner of the tables: see docs/postgresql.md.",
  "42P01": "Tables are gone: restore a backup, or correct `schema`.",
  "42P07": "There are other tables of the same names: choose another `schema`.",
  "42P05": "Prepared statements collide: there is a pooler in between, so set `pooler: true`.",
  "53100": "The disk of the database is full: free some space; drett goes on by itself.",
  "53200": "The database is out of memory: see its log.",
  "53300": "Lower `connections`, or raise max_connections of the database (or the pooler's limits).",
  "55P03": "Somebody holds a lock: see pg_locks, and wait or end that process.",
  "57014":
    "It took longer than `statement_timeout`: see pg_stat_activity for what it waits for, or raise the setting.",
  "57P01": "The connection was ended by an administrator; drett goes on by itself.",
  "57P02": "The database has crashed and restarts; drett goes on by itself.",
  "57P03": "The database is starting or stopping; drett goes on by itself.",
  "58030": "The disk of the database reports an error: check it, and the log of the database.",
};

const CLASSES: { readonly [beginning: string]: string } = {
  "08": "Check the network between here and the database; drett goes on by itself.",
  "28": "Check `user` and `password`, and whether pg_hba.conf lets it in from here.",
  "53": "The database is short of something: see its log.",
  XX: "The data may be damaged: see the log of the database, and restore a backup if it says so.",
};

/** The same of what goes wrong on the way (https://nodejs.org/api/errors.html#common-system-errors). */
const ON_THE_WAY: readonly (readonly [sign: RegExp, remedy: string])[] = [
  [/ENOTFOUND|EAI_AGAIN/, "No such name: check `host`."],
  [/ENOENT/, "There is no socket: check `host` and `port`, and whether the database runs."],
  [/EACCES/, "The server may not use the socket: check its permissions, or use `host: localhost`."],
  [/ECONNREFUSED/, "Nothing listens there: check `host` and `port`, and whether the database runs."],
  [
    /EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|timeout/i,
    "It does not answer: check `host`, `port` and the network.",
  ],
  [/client password must be/, "The database asks for a password: set `password`."],
  [
    /does not support SSL/,
    "The database speaks no TLS: turn it on there, or set `sslmode: disable` on a network that you trust.",
  ],
  [/ERR_OSSL_PEM|key values mismatch|asn1/i, "Check `sslcert` and `sslkey`."],
  [/ALTNAME|altname/, "Its certificate is for another name: correct `host`, or set `sslmode: verify-ca`."],
  [
    /CERT|certificate|signature/i,
    "The certificate is not trusted: set `sslrootcert` to the authority that signed it.",
  ],
];

const GOES_ON = "Check that the database runs and the network; drett goes on by itself.";

/** As the engine and the operator need it. */
export function unavailable(cause: unknown): StoreUnavailable {
  if (cause instanceof StoreUnavailable) return cause;
  return new StoreUnavailable(`PostgreSQL: ${messageOf(cause)}`, remedyFor(cause), { cause });
}

function remedyFor(error: unknown): string {
  if (error instanceof DatabaseError && error.code !== undefined) {
    return REMEDIES[error.code] ?? CLASSES[error.code.slice(0, 2)] ?? "See the log of the database.";
  }
  const said = `${(error as NodeJS.ErrnoException).code ?? ""} ${messageOf(error)}`;
  return ON_THE_WAY.find(([sign]) => sign.test(said))?.[1] ?? GOES_ON;
}

/** Several addresses of one name may each fail in their own way. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join("; ");
  return (error as Error).message;
}

/** Rolled back because of what others did at the same time: whoever loads anew may succeed. */
export const isContention = (error: unknown): boolean =>
  error instanceof DatabaseError && (error.code === "40001" || error.code === "40P01");
