import { readFileSync } from "node:fs";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import type { TLSSocket } from "node:tls";
import { type CertificateWanted, makeCertificates } from "@drett/conformance";
import { temporaryDirectory } from "./child-server.ts";

const clientAuth = "extendedKeyUsage=clientAuth";
const CERTIFICATES: readonly CertificateWanted[] = [
  { name: "server", subject: "/CN=drett", extension: "subjectAltName=IP:127.0.0.1" },
  { name: "renewed", subject: "/CN=drett renewed", extension: "subjectAltName=IP:127.0.0.1" },
  { name: "ci", subject: "/O=drett/CN=ci", extension: clientAuth },
  { name: "by-dns", subject: "/O=drett", extension: "subjectAltName=DNS:other.lab,DNS:ci" },
  { name: "unknown", subject: "/CN=who", extension: clientAuth },
  { name: "forged", subject: "/CN=ci", extension: clientAuth, authority: "other-ca" },
];

/** The path of a file by its name, such as `ci.crt` and `ci.key`. */
export const serverCertificates = (t: TestContext): ((name: string) => string) =>
  makeCertificates(temporaryDirectory(t), CERTIFICATES);

interface Asking {
  readonly file: (name: string) => string;
  /** Whose certificate is shown. */
  readonly as?: string;
  readonly headers?: { readonly [name: string]: string };
}

/** Asks over TLS, and tells also who answered. */
export async function askTls(url: string, { file, as, headers = {} }: Asking) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    body: string;
    server: string;
  }>();
  const own =
    as === undefined ? {} : { cert: readFileSync(file(`${as}.crt`)), key: readFileSync(file(`${as}.key`)) };
  const asked = request(
    url,
    { ca: readFileSync(file("ca.crt")), agent: false, headers, ...own },
    (response) => {
      const server = String((response.socket as TLSSocket).getPeerCertificate().subject.CN);
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body, server }), reject);
    },
  );
  asked.on("error", reject);
  asked.end();
  return promise;
}
