import { openStore } from "../../src/index.ts";
import { created } from "./changes.ts";

/** A server that writes without a pause, tells what was acknowledged, and is killed. */
const [settings = "{}", name = ""] = process.argv.slice(2);
process.once("disconnect", () => process.exit());
const store = await openStore(JSON.parse(settings));
for (let number = 0; ; number++) {
  const changes = Array.from({ length: 8 }, (_, at) => created(`${name}-${number}-${at}`));
  const outcomes = await store.commit(changes);
  for (const [place, outcome] of outcomes.entries()) {
    if (outcome === "applied") process.send?.(changes[place]?.id);
  }
}
