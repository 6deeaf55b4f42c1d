import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ServerOptions } from "node:http";
import { createSecureContext, type Server } from "node:tls";
import { ConfigRefused } from "../config/config-refused.ts";

/** Of a server that speaks TLS itself. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
  /** Who signs the certificates of clients; without it none are asked for. */
  readonly clientCa: string | undefined;
}

const OLDEST = "TLSv1.2" as const;

/** Refused where they cannot be read or do not belong together. */
export function readTls({ certificate, key, clientCa }: TlsFiles) {
  try {
    const read = {
      cert: readFileSync(certificate),
      key: readFileSync(key),
      ...(clientCa !== undefined && { ca: readAuthorities(clientCa) }),
      minVersion: OLDEST,
    };
    createSecureContext(read);
    return read;
  } catch (error) {
    const files = [certificate, key, clientCa].filter((file) => file !== undefined).join(", ");
    throw new ConfigRefused(`TLS cannot be spoken with ${files}: ${(error as Error).message}`);
  }
}

/** OpenSSL takes a file without any certificate, and then lets nobody in by one. */
function readAuthorities(path: string): Buffer {
  const pem = readFileSync(path);
  void new X509Certificate(pem);
  return pem;
}

/** What Fastify takes, for HTTP or HTTPS. That a client without a certificate may have a key is for the gate. */
export function serverOptions(options: ServerOptions, files: TlsFiles | undefined): { http: ServerOptions } {
  if (files === undefined) return { http: options };
  const asks = { requestCert: files.clientCa !== undefined, rejectUnauthorized: false };
  // Fastify's types tell the two kinds of servers apart, and nothing here does.
  return { https: { ...options, ...readTls(files), ...asks } } as unknown as { http: ServerOptions };
}

/** New connections get what the files hold now; those that are open go on. */
export const renewTls = (server: object, files: TlsFiles): void =>
  (server as Server).setSecureContext(readTls(files));
