import assert from "node:assert/strict";
import type { Target } from "@drett/core";
import { answerOf, inTime } from "../answers.ts";
import type { Subject, Suite } from "../subject.ts";

/** One that is there and one that is not, and then no sight. */
async function blinded(subject: Subject): Promise<readonly [there: Target, gone: Target]> {
  const [there, gone] = [await subject.created(), await subject.created()];
  await subject.opened.remove(gone.externalId);
  await subject.need("blind")();
  return [there, gone];
}

export const blindness = {
  "does not say that it sees": async (subject) => {
    await subject.need("blind")();
    assert.notEqual(await answerOf(subject.provider.sees(subject.scope, inTime())), "yes");
  },

  "says gone of nothing": async (subject) => {
    for (const target of await blinded(subject)) {
      assert.notEqual(await answerOf(subject.ask("look")(target, inTime())), "gone");
    }
  },

  "does not say that there is nothing": async (subject) => {
    for (const target of await blinded(subject)) {
      assert.equal(await answerOf(subject.ask("find")(target, inTime())), "cannot-tell");
    }
  },

  "does not call a listing complete": async (subject) => {
    await blinded(subject);
    const call = subject.ask("list")(subject.scope, inTime());
    if ((await answerOf(call)) === "cannot-tell") return;
    const listing = await call;
    assert.ok(listing.answer === "listed" && !listing.isComplete, JSON.stringify(listing));
  },
} satisfies Suite;
