import assert from "node:assert/strict";
import type { Target } from "@drett/core";
import { answerOf, inTime } from "../answers.ts";
import type { Subject, Suite } from "../subject.ts";

const seen = (subject: Subject, target: Target) => answerOf(subject.ask("look")(target, inTime()));

export const look = {
  "says present of what is there, and changes nothing by it": async (subject) => {
    const target = await subject.created();
    assert.equal(await seen(subject, target), "present");
    assert.equal(await seen(subject, target), "present");
    assert.ok(await subject.opened.exists(target.externalId));
  },

  "says gone of what was taken away": async (subject) => {
    const target = await subject.created();
    await subject.opened.remove(target.externalId);
    await subject.until("a look says gone", async () => {
      const answer = await seen(subject, target);
      assert.notEqual(answer, "cannot-tell");
      return answer === "gone";
    });
    assert.equal(await seen(subject, target), "gone");
  },

  "says gone, in the end, of what it freed": async (subject) => {
    const target = await subject.created();
    assert.equal(await answerOf(subject.provider.free(target, inTime())), "accepted");
    await subject.until("a look says gone", async () => (await seen(subject, target)) === "gone");
    assert.equal(await subject.opened.exists(target.externalId), false);
  },

  "tells one from another": async (subject) => {
    const [first, second] = [await subject.created(), await subject.created()];
    await subject.opened.remove(first.externalId);
    await subject.until("a look says gone", async () => (await seen(subject, first)) === "gone");
    assert.equal(await seen(subject, second), "present");
  },

  "says gone of what another one has the name of": async (subject) => {
    const id = subject.newId();
    const { former, successor } = await subject.need("createReplaced")(id);
    assert.ok(await subject.opened.exists(successor));
    assert.equal(await seen(subject, subject.target(id, former)), "gone");
  },
} satisfies Suite;
