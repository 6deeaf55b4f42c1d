import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { StoreUnavailable } from "@drett/core";
import type { PostgresSettings } from "./settings.ts";

/** What Node needs to speak TLS with the database; false: it does not. */
export type Tls = false | ConnectionOptions;

type TlsSettings = Pick<PostgresSettings, "sslmode" | "sslrootcert" | "sslcert" | "sslkey">;

const MODES = ["disable", "require", "verify-ca", "verify-full"];
const NEARBY = /^(localhost|127(\.\d{1,3}){3}|::1|\/.*)$/;

/** As libpq has it (https://www.postgresql.org/docs/current/libpq-ssl.html), but what is not said is not left to chance. */
export function tlsOf(settings: TlsSettings, host: string): Tls {
  const { sslmode, sslrootcert, sslcert, sslkey } = settings;
  const files = Object.entries({ sslrootcert, sslcert, sslkey }).filter(([, path]) => path !== undefined);
  const mode = sslmode ?? (NEARBY.test(host) && files.length === 0 ? "disable" : "verify-full");
  refuseContradictions(mode, settings, host);
  if (mode === "disable") return false;
  return {
    ...(sslrootcert !== undefined && { ca: readPem("sslrootcert", sslrootcert) }),
    ...(sslcert !== undefined && { cert: readPem("sslcert", sslcert) }),
    ...(sslkey !== undefined && { key: readPem("sslkey", sslkey) }),
    rejectUnauthorized: mode !== "require",
    ...(mode === "verify-ca" && { checkServerIdentity: () => undefined }),
  };
}

function refuseContradictions(mode: string, settings: TlsSettings, host: string): void {
  if (!MODES.includes(mode)) {
    throw new StoreUnavailable(
      `\`sslmode\` is ${JSON.stringify(mode)}`,
      `Use one of ${MODES.join(", ")}: others would let anybody turn TLS off.`,
    );
  }
  const file = (["sslrootcert", "sslcert", "sslkey"] as const).find((name) => settings[name] !== undefined);
  if (mode === "disable" && file !== undefined) {
    throw new StoreUnavailable(
      `\`sslmode: disable\` and \`${file}\` are both set`,
      `Remove \`${file}\`, or set \`sslmode: verify-full\`.`,
    );
  }
  if (mode !== "disable" && host.startsWith("/")) {
    throw new StoreUnavailable(
      `\`sslmode\` is ${mode}, and \`host\` is the folder of a socket`,
      "PostgreSQL speaks no TLS over a socket: set `sslmode: disable`, and no certificates.",
    );
  }
  if ((settings.sslcert === undefined) !== (settings.sslkey === undefined)) {
    throw new StoreUnavailable(
      "`sslcert` and `sslkey` belong together, and only one of them is set",
      "Set both, or neither.",
    );
  }
  if (mode === "require" && settings.sslrootcert !== undefined) {
    throw new StoreUnavailable(
      "`sslmode: require` checks no certificate, and `sslrootcert` is set",
      "Set `sslmode: verify-full` (or verify-ca), or remove `sslrootcert`.",
    );
  }
}

function readPem(setting: "sslrootcert" | "sslcert" | "sslkey", path: string): string {
  try {
    const text = readFileSync(path, "utf8");
    if (text.includes("-----BEGIN ")) return text;
  } catch (cause) {
    throw new StoreUnavailable(
      `\`${setting}\` cannot be read: ${(cause as Error).message}`,
      `Correct \`${setting}\`, or let the server read the file.`,
    );
  }
  throw new StoreUnavailable(`\`${setting}\` is no PEM file: ${path}`, `Point \`${setting}\` at a PEM file.`);
}
