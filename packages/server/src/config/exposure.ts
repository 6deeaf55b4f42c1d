import type { Values } from "@drett/core";
import { keyFileIn, readKeyFile } from "../access/key-file.ts";
import type { TlsFiles } from "../http/tls.ts";
import { ConfigRefused } from "./config-refused.ts";
import type { Shown } from "./read-settings.ts";
import type { SERVER } from "./settings.ts";

type Server = Values<typeof SERVER>;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** The files that it speaks TLS with, if it does. */
export function tlsOf({ shown, ...values }: Server & { shown: readonly Shown[] }): TlsFiles | undefined {
  const { tls_certificate: certificate, tls_key: key, tls_client_ca: clientCa } = values;
  if (certificate !== undefined && key !== undefined) return { certificate, key, clientCa };
  const alone = (["tls_certificate", "tls_key", "tls_client_ca"] as const).find((name) => values[name]);
  if (alone === undefined) return undefined;
  throw new ConfigRefused(
    `${originOf(alone, shown)}: ${alone} is of no use alone: TLS needs tls_certificate and tls_key`,
  );
}

/** Beyond loopback nobody is let in without a key, and no key travels in the clear. */
export function refuseToBeReached(values: Server, shown: readonly Shown[], directory: string): void {
  const { host } = values;
  if (LOOPBACK.test(host)) return;
  const refused = (reason: string) =>
    new ConfigRefused(`${originOf("host", shown)}: host is ${host}, which others can reach, and ${reason}`);
  if (readKeyFile(keyFileIn(directory)).length === 0) {
    throw refused(
      `there are no API keys to keep them out: drett-server keys add ${directory} NAME --role ROLE, or use 127.0.0.1`,
    );
  }
  if (values.tls_certificate === undefined && !values.tls_proxy) {
    throw refused(
      "keys would travel in the clear: set tls_certificate and tls_key, or tls_proxy where a proxy speaks TLS",
    );
  }
}

const originOf = (name: string, shown: readonly Shown[]) => shown.find((it) => it.name === name)?.origin;
