import { StoreUnavailable } from "@drett/core";
import { MongoClient, type MongoClientOptions } from "mongodb";
import { ConnectionString } from "mongodb-connection-string-url";
import { GRACE_MS } from "./database.ts";
import { refuseContradictions, refuseNames } from "./refusals.ts";
import type { MongoSettings } from "./settings.ts";

/** What the settings come to. */
export interface Target {
  readonly client: MongoClient;
  /** The database. */
  readonly name: string;
  readonly prefix: string;
  readonly timeoutMs: number;
  /** The address, without any secret. */
  readonly where: string;
}

/** Reads the settings; nothing is connected yet. */
export function targetOf(settings: Partial<MongoSettings>): Target {
  const address = addressOf(settings);
  const named = decodeURIComponent(address.pathname.slice(1));
  refuseContradictions(settings, address, named);
  const name = settings.db ?? (named === "" ? "drett" : named);
  const { prefix = "drett_", timeout = 10 } = settings;
  refuseNames(name, prefix, settings);
  const where = address.hosts.join(",");
  try {
    const client = new MongoClient(address.href, optionsOf(settings));
    return { client, name, prefix, timeoutMs: timeout * 1_000, where };
  } catch (error) {
    throw refusedBy(error, where);
  }
}

const HOST = /^([\w.-]+|\[?[\da-fA-F:]+(%\w+)?\]?)$/;

function addressOf({ connection_string, host = "localhost", port = 27_017 }: Partial<MongoSettings>) {
  if (!HOST.test(host)) {
    throw new StoreUnavailable(
      `\`host\` is ${JSON.stringify(host)}, which is no host`,
      "Write a name or an address.",
    );
  }
  const bracketed = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  try {
    return new ConnectionString(connection_string ?? `mongodb://${bracketed}:${port}`);
  } catch (error) {
    throw new StoreUnavailable(
      "`connection_string` cannot be read",
      "Write mongodb://HOST:PORT/DATABASE or mongodb+srv://HOST/DATABASE; `@`, `:` and `/` in a password as %40, %3A and %2F.",
      { cause: new Error((error as Error).name) },
    );
  }
}

/** What the driver finds wrong with the options; its words may hold a secret, and are left out then. */
function refusedBy(error: unknown, where: string): StoreUnavailable {
  const { message } = error as Error;
  const said = message.includes("://") ? "it is not well formed" : message;
  return new StoreUnavailable(
    `the settings for ${where} cannot be used: ${said}`,
    "Correct `connection_string`, or `username`, `password` and the `tls_…` files.",
  );
}

function optionsOf(settings: Partial<MongoSettings>): MongoClientOptions {
  const { username, password, auth_source, tls, tls_ca_file, tls_certificate_key_file } = settings;
  const { connect_timeout = 5, timeout = 10 } = settings;
  const connectMs = connect_timeout * 1_000;
  return {
    appName: "drett",
    ignoreUndefined: true,
    // What was not written is decided anew by drett itself, at the version that the record has then.
    retryWrites: false,
    readConcern: { level: "majority" },
    readPreference: "primary",
    serverSelectionTimeoutMS: connectMs,
    connectTimeoutMS: connectMs,
    waitQueueTimeoutMS: connectMs,
    // A server that was stopped in its tracks must not hold a command for ever.
    socketTimeoutMS: timeout * 1_000 + GRACE_MS,
    heartbeatFrequencyMS: 2_000,
    ...(username !== undefined && password !== undefined && { auth: { username, password } }),
    ...(auth_source !== undefined && { authSource: auth_source }),
    ...(tls !== undefined && { tls }),
    ...(tls_ca_file !== undefined && { tls: true, tlsCAFile: tls_ca_file }),
    ...(tls_certificate_key_file !== undefined && {
      tls: true,
      tlsCertificateKeyFile: tls_certificate_key_file,
    }),
  };
}
