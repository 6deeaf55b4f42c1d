import type { Settings, Values } from "@drett/core";

/** What may stand in `postgres.yaml`. */
export const SETTINGS = {
  url: {
    type: "text",
    secret: true,
    meaning:
      "`postgresql://user:password@host:port/database`, with `?sslmode=` and the like; instead of the next five",
  },
  host: {
    type: "text",
    meaning: "the database server: its name, its address, or the folder of its socket; else `localhost`",
  },
  port: { type: "integer", least: 1, most: 65_535, meaning: "its port, also of the socket; else `5432`" },
  database: { type: "text", meaning: "the database in it; else `drett`" },
  user: { type: "text", meaning: "the role that drett works as; else `drett`" },
  password: { type: "text", secret: true, meaning: "its password" },
  schema: {
    type: "text",
    default: "drett",
    meaning: "the schema that holds its tables; created where it is missing",
  },
  migration_user: {
    type: "text",
    meaning: "the role that owns the tables and changes them after an upgrade; else the one of `user`",
  },
  migration_password: { type: "text", secret: true, meaning: "its password" },
  sslmode: {
    type: "choice",
    of: ["disable", "require", "verify-ca", "verify-full"],
    meaning: "whether TLS is spoken and what is checked; else `verify-full`, and `disable` on this machine",
  },
  sslrootcert: { type: "path", meaning: "the authorities to trust (PEM); else those that Node trusts" },
  sslcert: { type: "path", meaning: "the certificate to show to the database (PEM)" },
  sslkey: { type: "path", meaning: "its key (PEM)" },
  pooler: {
    type: "flag",
    default: false,
    meaning: "there is a pooler in between that lends connections by transaction, such as PgBouncer",
  },
  connections: {
    type: "integer",
    least: 6,
    most: 100,
    default: 10,
    meaning: "how many connections a server may have; four are for commands, the others for questions",
  },
  connect_timeout: {
    type: "duration",
    least: 1,
    most: 300,
    default: 5,
    meaning: "how long to wait for a connection",
  },
  statement_timeout: {
    type: "duration",
    least: 1,
    most: 3_600,
    default: 10,
    meaning: "how long a statement may take; those of a migration may take longer",
  },
  feed_warning: {
    type: "duration",
    least: 1,
    most: 86_400,
    default: 10,
    meaning: "for how long somebody's open transaction may hold back the feed before there is a warning",
  },
  allow_lost_commits: {
    type: "flag",
    default: false,
    meaning:
      "run although a crash may lose what was acknowledged: with `synchronous_commit`, `fsync` or `full_page_writes` off",
  },
} as const satisfies Settings;

export type PostgresSettings = Values<typeof SETTINGS>;
