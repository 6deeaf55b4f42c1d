import { StoreUnavailable } from "@drett/core";
import { MongoError, MongoServerError, MongoServerSelectionError } from "mongodb";
import { WriteFailed } from "./database.ts";

interface Trouble {
  readonly message: string;
  readonly remedy: string;
}

/** What MongoDB's error codes mean for whoever runs drett. */
const BY_CODE: { readonly [code: number]: (said: string) => Trouble } = {
  13: (said) => ({
    message: `the database does not let drett do what it must: ${said}`,
    remedy: said.includes("requires authentication")
      ? "Set `username` and `password`; where that user was dropped and made anew, start drett anew."
      : "Give the user of `username` the role readWrite on the database of `db`; docs/mongodb.md has the least that it needs.",
  }),
  18: () => ({
    message: "the database refuses the credentials",
    remedy:
      "Check `username`, `password` and `auth_source` (the database in which the user was created, mostly admin).",
  }),
  64: (said) => ({
    message: `a majority of the replica set did not confirm a write: ${said}`,
    remedy: "Bring its other members back: rs.status() tells which are away.",
  }),
  73: (said) => ({
    message: `the database refuses a name: ${said}`,
    remedy: "Change `db` or `prefix`: letters, digits, `-` and `_`.",
  }),
  8000: (said) => ({
    message: `the database refuses: ${said}`,
    remedy: "Check `username`, `password` and the rights of that user.",
  }),
  14031: (said) => ({
    message: `the disk of the database is full: ${said}`,
    remedy: "Free some space; drett goes on by itself.",
  }),
};

const NOT_PRIMARY: Trouble = {
  message: "this member of the replica set takes no writes",
  remedy:
    "Name the whole replica set in `connection_string`, without directConnection, so that the driver finds the primary.",
};

/** Not primary, in its several words. */
const NOT_PRIMARY_CODES = [10_107, 13_435, 13_436, 10_058];

/** The same of connections that did not come about, by Node's codes. */
const BY_CAUSE: readonly (readonly [codes: RegExp, trouble: (where: string) => Trouble])[] = [
  [
    /ENOTFOUND|EAI_/,
    (where) => ({
      message: `no host has the name in ${where}`,
      remedy: "Check `host` or `connection_string`.",
    }),
  ],
  [
    /ECONNREFUSED/,
    (where) => ({
      message: `nothing listens at ${where}`,
      remedy: "Start MongoDB there, or change `host` and `port` (or `connection_string`).",
    }),
  ],
  [
    /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS/,
    (where) => ({
      message: `the certificate of ${where} cannot be trusted`,
      remedy:
        "Name the authority that issued it in `tls_ca_file`; `host` must be a name that the certificate bears.",
    }),
  ],
  [
    /SSL|EPROTO/,
    (where) => ({
      message: `${where} speaks no TLS, or refuses ours`,
      remedy: "Check `tls`, and `tls_certificate_key_file` where the server asks for a certificate.",
    }),
  ],
  [
    /MongoCompatibilityError/,
    (where) => ({ message: `the server at ${where} is too old`, remedy: "Use MongoDB 4.4 or later." }),
  ],
  [
    /ReplicaSetNoPrimary/,
    (where) => ({
      message: `the replica set of ${where} has no primary`,
      remedy: "Bring its members back until they elect one: rs.status() tells which are away.",
    }),
  ],
];

/** An error of the database as whoever runs drett needs it; any other as it is. `where`: the address, without secrets. */
export function unavailable(error: unknown, where: string): unknown {
  if (!(error instanceof MongoError || error instanceof WriteFailed || isOfConnection(error))) return error;
  const { message, remedy } = troubleOf(error, where);
  return new StoreUnavailable(message, remedy, { cause: error });
}

/** The driver lets some of them through as Node throws them; a command that took too long ends with a TimeoutError. */
function isOfConnection(error: unknown): error is NodeJS.ErrnoException {
  if (error instanceof DOMException) return error.name === "TimeoutError";
  const { code } = (error ?? {}) as { code?: unknown };
  return (
    error instanceof Error && typeof code === "string" && /^(E[A-Z]+|ERR_(STREAM|SOCKET)_\w+)$/.test(code)
  );
}

function troubleOf(error: Error & { readonly code?: unknown }, where: string): Trouble {
  const { code, message: said } = error;
  if (typeof code === "number") {
    if (NOT_PRIMARY_CODES.includes(code)) return NOT_PRIMARY;
    const known = BY_CODE[code];
    if (known) return known(said);
  }
  if (error instanceof MongoServerError || error instanceof WriteFailed) {
    return { message: `MongoDB says: ${said}`, remedy: `See the log of the server at ${where}.` };
  }
  const causes = causesOf(error);
  const known = BY_CAUSE.find(([codes]) => causes.some((cause) => codes.test(cause)));
  return (
    known?.[1](where) ?? {
      message: `the database at ${where} does not answer: ${said}`,
      remedy:
        "See whether it runs and can be reached from here: check `host` and `port` (or `connection_string`) and `tls`.",
    }
  );
}

/** Names and codes of all that led to the error. */
function causesOf(error: unknown): string[] {
  const causes: string[] = [];
  const dig = (it: unknown): void => {
    if (!(it instanceof Error)) return;
    const { code } = it as NodeJS.ErrnoException;
    causes.push(it.name, ...(typeof code === "string" ? [code] : []));
    if (it instanceof MongoServerSelectionError && it.reason) {
      causes.push(it.reason.type);
      for (const server of it.reason.servers.values()) dig(server.error);
    }
    dig(it.cause);
  };
  dig(error);
  return causes;
}

/** Refused before anything was done; the command had no effect. */
const UNDONE_CODES = [13, 18, 73, ...NOT_PRIMARY_CODES];

/** Whether the command of which this came had certainly no effect, and will have none. */
export function isCertainlyUndone(error: unknown): boolean {
  if (error instanceof MongoServerSelectionError) return true;
  if (error instanceof MongoServerError) return UNDONE_CODES.includes(Number(error.code));
  // Such a connection never carried a command; a pool that was cleared never gave one to those who waited.
  return (
    error instanceof MongoError &&
    (error.hasErrorLabel("HandshakeError") || error.name === "MongoPoolClearedError")
  );
}
