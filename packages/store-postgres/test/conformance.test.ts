import { testStore } from "@drett/conformance";
import { openStore } from "../src/index.ts";
import { onPostgres } from "./support/on-postgres.ts";

onPostgres("a PostgreSQL store", (server) => {
  let schemas = 0;
  testStore(
    "postgres",
    async () => {
      const schema = `fresh_${schemas++}`;
      const options = { ...server().options, schema };
      const open = (restored = false) => openStore(options, { role: "server", warn() {}, restored });
      const dispose = async () => void (await server().ask(`DROP SCHEMA ${schema} CASCADE`));
      return { store: await open(), reopen: open, dispose };
    },
    { scale: 0.5 },
  );
});
