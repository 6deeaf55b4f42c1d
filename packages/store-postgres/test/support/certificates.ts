import { chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { makeCertificates } from "@drett/conformance";
import { IDENTITY, type PostgresServer } from "./postgres-server.ts";

/** A server certificate for `localhost` and one for the client `postgres`; files by their names. */
export function postgresCertificates(server: PostgresServer): (name: string) => string {
  const folder = join(server.folder, "certificates");
  mkdirSync(folder);
  const file = makeCertificates(folder, [
    { name: "server", subject: "/CN=localhost", extension: "subjectAltName=DNS:localhost" },
    { name: "client", subject: "/CN=postgres", extension: "extendedKeyUsage=clientAuth" },
  ]);
  if (IDENTITY) chownSync(file("server.key"), IDENTITY.uid, IDENTITY.gid);
  return file;
}
