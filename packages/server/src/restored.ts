import { COMMANDS, Engine, isRefusal, type Store } from "@drett/core";
import { v7 as uuid } from "uuid";

const REASON = "The store came back from a backup: what was held, extended or heard since is not known.";

/**
 * Whoever has extended a resource since the backup, or holds it, is not known any more: nothing is freed until a person
 * has looked.
 */
export async function freezeRestored(store: Store): Promise<void> {
  const engine = new Engine({ store, newId: () => `f${uuid()}`, sessions: false });
  const freeze = COMMANDS.find(({ name }) => name === "freeze");
  if (!freeze) throw new Error("there is no command freeze");
  const outcome = await engine.submit(freeze, { reason: REASON }, "drett");
  await engine.close();
  if (isRefusal(outcome)) throw new Error(outcome.detail);
}
