import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const noOpenssl: string | undefined =
  spawnSync("openssl", ["version"]).status === 0 ? undefined : "openssl is missing: apt-get install openssl";

/** An authority, another one, and certificates with their keys of `server` (for 127.0.0.1) and `client`. */
export function makeCertificates(): Disposable & { readonly file: (name: string) => string } {
  const folder = mkdtempSync(join(tmpdir(), "drett-certificates-"));
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const key = ["-newkey", "rsa:2048", "-nodes"];
  const days = ["-days", "2"];
  for (const name of ["ca", "other-ca"]) {
    openssl(
      "req",
      "-x509",
      ...key,
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.pem`,
      "-subj",
      `/CN=${name}`,
      ...days,
    );
  }
  const ca = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"];
  for (const [name, extension] of [
    ["server", "subjectAltName=IP:127.0.0.1"],
    ["client", "extendedKeyUsage=clientAuth"],
  ] as const) {
    openssl("req", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/O=drett/CN=${name}`);
    writeFileSync(file(`${name}.ext`), extension);
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      ...ca,
      "-out",
      `${name}.crt`,
      ...days,
      "-extfile",
      `${name}.ext`,
    );
    writeFileSync(
      file(`${name}.pem`),
      readFileSync(file(`${name}.key`), "utf8") + readFileSync(file(`${name}.crt`), "utf8"),
    );
  }
  return { file, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}
