import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Why no certificates can be made here, if they cannot. */
export const NO_OPENSSL =
  spawnSync("openssl", ["version"]).status !== 0 &&
  "the openssl program is not installed: apt-get install openssl";

export interface CertificateWanted {
  readonly name: string;
  readonly subject: string;
  /** Such as `subjectAltName=IP:127.0.0.1`. */
  readonly extension: string;
  readonly authority?: "ca" | "other-ca";
}

/** Makes two authorities, `ca` and `other-ca`, and what they sign: a `.crt` and a `.key` of each, by its name in the folder. */
export function makeCertificates(
  folder: string,
  wanted: readonly CertificateWanted[],
): (file: string) => string {
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const newKey = (name: string, subject: string) => [...kind, "-keyout", `${name}.key`, "-subj", subject];
  const days = ["-days", "2"];
  for (const name of ["ca", "other-ca"]) {
    openssl("req", "-x509", ...newKey(name, `/CN=${name}`), "-out", `${name}.crt`, ...days);
  }
  for (const { name, subject, extension, authority = "ca" } of wanted) {
    openssl("req", ...newKey(name, subject), "-out", `${name}.csr`);
    writeFileSync(join(folder, `${name}.ext`), extension);
    const signer = ["-CA", `${authority}.crt`, "-CAkey", `${authority}.key`, "-CAcreateserial"];
    const files = ["-in", `${name}.csr`, "-out", `${name}.crt`, "-extfile", `${name}.ext`];
    openssl("x509", "-req", ...files, ...signer, ...days);
  }
  return (file) => join(folder, file);
}
