import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";

/** A process that holds the write lock of a database, and lets go of it for two milliseconds at a time. */
const [file = ""] = process.argv.slice(2);
const db = new DatabaseSync(file, { timeout: 10_000 });
process.on("disconnect", () => process.exit());
for (;;) {
  db.exec("BEGIN IMMEDIATE");
  process.send?.("held", () => {});
  await wait(30);
  db.exec("ROLLBACK");
  await wait(2);
}
