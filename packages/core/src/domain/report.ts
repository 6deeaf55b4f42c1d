import type { Static } from "typebox";
import { accept, type Context, type Decision } from "./command.ts";
import type { Registered } from "./commands/register-intent.ts";
import { NOTES, type ResourceReport } from "./fact.ts";
import { parseInstant } from "./instant.ts";
import { type Resource, withReport } from "./record.ts";
import { refuse } from "./refusal.ts";
import { LIMITS } from "./shapes.ts";
import { noResource } from "./tombstone.ts";
import type { View } from "./view.ts";

/** Adds to the resource what is reported of it; told again, it changes nothing and is answered alike. */
export function report(
  view: View,
  { id, at }: { id: string; at?: string },
  said: ResourceReport,
  context: Context,
): Decision<Static<typeof Registered>> {
  const known = view.resource(id);
  if (!known) return noResource(view, id);
  const told = withReport(known, said, parseInstant(at), context);
  if (told !== known && isFull(known, said)) {
    return refuse("too-many-facts", `${id} has ${known.facts.length} facts already.`);
  }
  return accept({ id }, told);
}

/** News that it exists or is gone fits always, if it brings no data along. What drett itself has noted takes nobody's place. */
function isFull(known: Resource, said: ResourceReport): boolean {
  if (said.kind === "freed" || (said.kind === "allocated" && said.data === undefined)) return false;
  const facts = known.facts.filter(({ kind }) => !NOTES.has(kind));
  if (facts.length >= LIMITS.factsPerRecord) return true;
  // As many as are needed to get there: below that, nobody counts bytes.
  const mayBeLarge = facts.length >= LIMITS.recordBytes / (2 * LIMITS.dataBytes);
  return mayBeLarge && Buffer.byteLength(JSON.stringify(facts)) >= LIMITS.recordBytes;
}
