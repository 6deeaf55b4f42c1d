import { execFileSync, spawnSync } from "node:child_process";
import { chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { IDENTITY, type PostgresServer } from "./postgres-server.ts";

/** Why tests with certificates cannot run here, if they cannot. */
export const NO_OPENSSL =
  spawnSync("openssl", ["version"]).status !== 0 &&
  "the openssl program is not installed: apt-get install openssl";

/** An authority, a server certificate for `localhost` and one for the client `postgres`; files by their names. */
export function makeCertificates(server: PostgresServer): (name: string) => string {
  const folder = join(server.folder, "certificates");
  mkdirSync(folder);
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const key = ["-newkey", "rsa:2048", "-nodes"];
  const days = ["-days", "2"];
  openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=authority", ...days);
  openssl("req", "-x509", ...key, "-keyout", "x.key", "-out", "other-ca.crt", "-subj", "/CN=other", ...days);
  const ca = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"];
  for (const [name, subject, alternative] of [
    ["server", "localhost", "subjectAltName=DNS:localhost"],
    ["client", "postgres", "extendedKeyUsage=clientAuth"],
  ] as const) {
    openssl("req", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${subject}`);
    writeFileSync(file(`${name}.ext`), alternative);
    const extension = ["-extfile", `${name}.ext`];
    openssl("x509", "-req", "-in", `${name}.csr`, ...ca, "-out", `${name}.crt`, ...days, ...extension);
  }
  if (IDENTITY) chownSync(file("server.key"), IDENTITY.uid, IDENTITY.gid);
  return file;
}
