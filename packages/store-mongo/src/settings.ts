import type { Settings, Values } from "@drett/core";

/** What may stand in `mongo.yaml`. */
export const SETTINGS = {
  connection_string: {
    type: "text",
    secret: true,
    meaning: "where MongoDB is, as `mongodb://…` or `mongodb+srv://…`; in the place of `host` and `port`",
  },
  host: { type: "text", meaning: "the host of MongoDB; localhost where nothing is said" },
  port: { type: "integer", least: 1, most: 65_535, meaning: "its port; 27017 where nothing is said" },
  db: {
    type: "text",
    meaning: "the database; that of `connection_string`, or else `drett`, where nothing is said",
  },
  prefix: {
    type: "text",
    default: "drett_",
    meaning: "what the names of drett's three collections begin with",
  },
  allocation_collection: {
    type: "text",
    meaning:
      "the old drett's allocations: `drett-server import-0.1` reads them, and nothing is changed in them",
  },
  resource_collection: { type: "text", meaning: "the old drett's resources, likewise" },
  username: { type: "text", meaning: "the user to log in as" },
  password: { type: "text", secret: true, meaning: "the password of that user" },
  auth_source: {
    type: "text",
    meaning: "the database in which the user was created; `admin` where nothing is said",
  },
  tls: { type: "flag", meaning: "whether to speak TLS" },
  tls_ca_file: { type: "path", meaning: "the authorities that the server's certificate may be of (PEM)" },
  tls_certificate_key_file: {
    type: "path",
    meaning: "drett's own certificate and key (PEM), where the server asks for them",
  },
  connect_timeout: {
    type: "duration",
    least: 1,
    most: 60,
    default: 5,
    meaning: "how long to look for a server that takes writes before a command is refused",
  },
  timeout: {
    type: "duration",
    least: 1,
    most: 300,
    default: 10,
    meaning: "how long a majority may take to confirm a write before the outcome counts as unknown",
  },
} as const satisfies Settings;

export type MongoSettings = Values<typeof SETTINGS>;
