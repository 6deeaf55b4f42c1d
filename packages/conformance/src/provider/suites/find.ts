import assert from "node:assert/strict";
import { inTime } from "../answers.ts";
import type { Subject, Suite } from "../subject.ts";

async function found(subject: Subject, id: string): Promise<readonly string[]> {
  const finds = await subject.ask("find")(subject.describe(id), inTime());
  assert.ok(finds.answer === "found", JSON.stringify(finds));
  return finds.externalIds.toSorted();
}

/** What was made or taken away may be seen a little later. */
const untilFound = (subject: Subject, id: string, externalIds: readonly string[]) =>
  subject.until(
    `found are ${JSON.stringify(externalIds)}`,
    async () => JSON.stringify(await found(subject, id)) === JSON.stringify(externalIds.toSorted()),
  );

export const find = {
  "finds nothing where nothing was made": async (subject) => {
    await subject.created();
    assert.deepEqual(await found(subject, subject.newId()), []);
  },

  "finds what carries the id, by the external id that it has": async (subject) => {
    const [target] = [await subject.created(), await subject.created()];
    await untilFound(subject, target.id, [target.externalId]);
    assert.ok(await subject.opened.exists(target.externalId));
  },

  "finds both that carry the id": async (subject) => {
    const id = subject.newId();
    const both = [await subject.opened.create(id), await subject.opened.create(id)];
    assert.notEqual(both[0], both[1]);
    await untilFound(subject, id, both);
    await subject.opened.remove(both[0] as string);
    await untilFound(subject, id, both.slice(1));
  },

  "finds nothing once it was taken away": async (subject) => {
    const target = await subject.created();
    await untilFound(subject, target.id, [target.externalId]);
    await subject.opened.remove(target.externalId);
    await untilFound(subject, target.id, []);
  },

  "takes an id for the whole of it": async (subject) => {
    const id = subject.newId();
    const longer = [`${id}-1`, `${id}1`, `x${id}`];
    for (const other of longer) await subject.opened.create(other);
    const externalId = await subject.opened.create(longer[0]?.slice(0, -1).concat("2") as string);
    await untilFound(subject, `${id}-2`, [externalId]);
    assert.deepEqual(await found(subject, id), []);
  },
} satisfies Suite;
