import { accessSync, constants } from "node:fs";
import { StoreUnavailable } from "@drett/core";
import type { ConnectionString } from "mongodb-connection-string-url";
import type { MongoSettings } from "./settings.ts";

type Given = Partial<MongoSettings>;

/** In no connection string: they would weaken what drett promises. */
const RESERVED = ["w", "journal", "wtimeoutMS", "readConcernLevel", "readPreference", "retryWrites"];

const ONE_OUT = "Take one of them out.";
const refusal = (message: string, remedy: string) => new StoreUnavailable(message, remedy);

/** Refuses settings of which one would silently be ignored. `named`: the database of the connection string. */
export function refuseContradictions(given: Given, address: ConnectionString, named: string): void {
  if (given.connection_string !== undefined) refuseBeside(given, address, named);
  if (given.username !== undefined && given.password === undefined) {
    throw refusal("`username` is set and `password` is not", "Set `password`, or take `username` out.");
  }
  if (given.password !== undefined && given.username === undefined) {
    throw refusal("`password` is set and `username` is not", "Set `username`, or take `password` out.");
  }
  for (const name of ["tls_ca_file", "tls_certificate_key_file"] as const) {
    const file = given[name];
    if (file === undefined) continue;
    if (given.tls === false) throw refusal(`\`tls\` is off, and \`${name}\` is set`, ONE_OUT);
    refuseUnreadable(name, file);
  }
}

function refuseBeside({ host, port, username, db }: Given, address: ConnectionString, named: string): void {
  if (host !== undefined) throw refusal("`connection_string` and `host` both say where MongoDB is", ONE_OUT);
  if (port !== undefined) throw refusal("`connection_string` and `port` both say where MongoDB is", ONE_OUT);
  if (username !== undefined && address.username !== "") {
    throw refusal("`connection_string` and `username` both name a user", ONE_OUT);
  }
  if (db !== undefined && named !== "" && named !== db) {
    throw refusal(`\`connection_string\` names the database ${named}, and \`db\` names ${db}`, ONE_OUT);
  }
  const reserved = RESERVED.find((name) => address.searchParams.has(name));
  if (reserved === undefined) return;
  throw refusal(
    `\`connection_string\` sets ${reserved}, which is drett's affair`,
    "Take it out: drett has each write confirmed by a majority, journaled, and reads what a majority has.",
  );
}

function refuseUnreadable(setting: string, file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    throw refusal(
      `\`${setting}\` cannot be read: ${(error as Error).message}`,
      "Correct the path, or its mode.",
    );
  }
}

const SYSTEM = ["admin", "config", "local"];

export function refuseNames(db: string, prefix: string, given: Given): void {
  if (SYSTEM.includes(db)) throw refusal(`\`db\` is ${db}, which is MongoDB's own`, "Name another database.");
  if (!/^[\w-]{1,63}$/.test(db)) {
    throw refusal(`\`db\` is ${JSON.stringify(db)}`, "Use up to 63 letters, digits, `-` and `_`.");
  }
  if (!/^[a-zA-Z_][\w.-]{0,62}$/.test(prefix) || prefix.startsWith("system.")) {
    throw refusal(
      `\`prefix\` is ${JSON.stringify(prefix)}`,
      "Begin with a letter, and use up to 63 letters, digits, `.`, `-` and `_`.",
    );
  }
  for (const name of ["allocation_collection", "resource_collection"] as const) {
    if (["records", "events", "meta"].every((own) => given[name] !== `${prefix}${own}`)) continue;
    throw refusal(
      `\`${name}\` is ${given[name]}, which is a collection of drett's own`,
      "Change it, or `prefix`.",
    );
  }
}
