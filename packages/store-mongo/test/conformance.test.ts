import { after, before, describe } from "node:test";
import { testStore } from "@drett/conformance";
import { openStore } from "../src/index.ts";
import { AnyServer } from "./support/any-server.ts";
import type { MongodOptions } from "./support/mongod.ts";
import { givenUrl, noServer } from "./support/program.ts";

const OWN: { readonly [what: string]: MongodOptions } = {
  "a server that stands alone": {},
  "a replica set of one": { replicaSet: true },
};
const GIVEN: typeof OWN = { "the server of DRETT_TEST_MONGODB_URL": {} };

for (const [what, options] of Object.entries(givenUrl === undefined ? OWN : GIVEN)) {
  describe(`on ${what}`, { skip: noServer }, () => {
    let server: AnyServer;
    before(async () => {
      server = await AnyServer.start(options);
    });
    after(() => server[Symbol.asyncDispose]());
    testStore(
      "mongo",
      async () => {
        const settings = server.fresh();
        const open = (restored = false) => openStore(settings, { role: "server", warn() {}, restored });
        return {
          store: await open(),
          reopen: open,
          dispose: () => server.drop(settings.db),
        };
      },
      { scale: 0.25 },
    );
  });
}
