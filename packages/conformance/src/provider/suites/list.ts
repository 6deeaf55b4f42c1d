import assert from "node:assert/strict";
import type { Target } from "@drett/core";
import { inTime } from "../answers.ts";
import type { Subject, Suite } from "../subject.ts";

const SOME = 12;

/** What is listed of these ids; there may be others about. It must say that it is complete. */
async function listed(subject: Subject, ids: readonly string[]): Promise<readonly string[]> {
  const listing = await subject.ask("list")(subject.scope, inTime());
  assert.ok(listing.answer === "listed", JSON.stringify(listing));
  assert.equal(listing.isComplete, true, "the listing is not complete");
  return listing.things
    .filter(({ id }) => ids.includes(id))
    .map(({ id, externalId }) => `${id} ${externalId}`)
    .sort();
}

const told = (things: readonly Target[]) => things.map(({ id, externalId }) => `${id} ${externalId}`).sort();

async function untilListed(subject: Subject, things: readonly Target[], of = things): Promise<void> {
  const ids = of.map(({ id }) => id);
  const wanted = JSON.stringify(told(things));
  await subject.until(
    `listed are ${wanted}`,
    async () => JSON.stringify(await listed(subject, ids)) === wanted,
  );
}

export const list = {
  "lists all, each once, with its id": async (subject) => {
    const things: Target[] = [];
    while (things.length < SOME) things.push(await subject.created());
    await untilListed(subject, things);
  },

  "lists both that carry one id": async (subject) => {
    const id = subject.newId();
    const things = [subject.target(id, await subject.opened.create(id))];
    things.push(subject.target(id, await subject.opened.create(id)));
    await untilListed(subject, things);
  },

  "does not list what was taken away": async (subject) => {
    const things = [await subject.created(), await subject.created()];
    await untilListed(subject, things);
    await subject.opened.remove(things[0]?.externalId as string);
    await untilListed(subject, things.slice(1), things);
  },
} satisfies Suite;
