import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import type { TLSSocket } from "node:tls";
import { temporaryDirectory } from "./child-server.ts";

/** Why tests with certificates cannot run here, if they cannot. */
export const NO_OPENSSL =
  spawnSync("openssl", ["version"]).status !== 0 &&
  "the openssl program is not installed: apt-get install openssl";

const CERTIFICATES: readonly (readonly [
  name: string,
  authority: string,
  subject: string,
  extension: string,
])[] = [
  ["server", "ca", "/CN=drett", "subjectAltName=IP:127.0.0.1"],
  ["renewed", "ca", "/CN=drett renewed", "subjectAltName=IP:127.0.0.1"],
  ["ci", "ca", "/O=drett/CN=ci", "extendedKeyUsage=clientAuth"],
  ["by-dns", "ca", "/O=drett", "subjectAltName=DNS:other.lab,DNS:ci"],
  ["unknown", "ca", "/CN=who", "extendedKeyUsage=clientAuth"],
  ["forged", "other-ca", "/CN=ci", "extendedKeyUsage=clientAuth"],
];

/** Two authorities, and what they have signed; the path of a file by its name, such as `ci.crt` and `ci.key`. */
export function makeCertificates(t: TestContext): (name: string) => string {
  const folder = temporaryDirectory(t);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const days = ["-days", "2"];
  for (const name of ["ca", "other-ca"]) {
    openssl(
      "req",
      "-x509",
      ...key,
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.crt`,
      "-subj",
      `/CN=${name}`,
      ...days,
    );
  }
  for (const [name, authority, subject, extension] of CERTIFICATES) {
    openssl("req", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", subject);
    writeFileSync(join(folder, `${name}.ext`), extension);
    const signed = ["-CA", `${authority}.crt`, "-CAkey", `${authority}.key`, "-CAcreateserial"];
    const files = ["-in", `${name}.csr`, "-out", `${name}.crt`, "-extfile", `${name}.ext`];
    openssl("x509", "-req", ...files, ...signed, ...days);
  }
  return (name) => join(folder, name);
}

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
