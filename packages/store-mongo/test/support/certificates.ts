import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificates } from "@drett/conformance";

/** Certificates of `server` (for 127.0.0.1) and `client`, each in one file with its key, as MongoDB takes them. */
export function mongoCertificates(): Disposable & { readonly file: (name: string) => string } {
  const folder = mkdtempSync(join(tmpdir(), "drett-certificates-"));
  const file = makeCertificates(folder, [
    { name: "server", subject: "/O=drett/CN=server", extension: "subjectAltName=IP:127.0.0.1" },
    { name: "client", subject: "/O=drett/CN=client", extension: "extendedKeyUsage=clientAuth" },
  ]);
  for (const name of ["server", "client"]) {
    const parts = [`${name}.key`, `${name}.crt`].map((part) => readFileSync(file(part), "utf8"));
    writeFileSync(file(`${name}.pem`), parts.join(""));
  }
  return { file, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}
