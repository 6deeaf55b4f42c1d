import assert from "node:assert/strict";
import type { Target } from "@drett/core";
import { answerOf, inTime } from "../answers.ts";
import type { Subject, Suite } from "../subject.ts";

const asked = ({ provider }: Subject, target: Target) => answerOf(provider.free(target, inTime()));

export const free = {
  "takes away what it is asked for": async (subject) => {
    const target = await subject.created();
    assert.ok(await subject.opened.exists(target.externalId));
    assert.equal(await asked(subject, target), "accepted");
    await subject.untilGone(target.externalId);
  },

  "leaves all else alone": async (subject) => {
    const things = [await subject.created(), await subject.created(), await subject.created()];
    const [before, target, after] = things as [Target, Target, Target];
    assert.equal(await asked(subject, target), "accepted");
    await subject.untilGone(target.externalId);
    for (const { externalId } of [before, after]) assert.ok(await subject.opened.exists(externalId));
  },

  "takes one of two that carry the same id": async (subject) => {
    const id = subject.newId();
    const [first, second] = [await subject.opened.create(id), await subject.opened.create(id)];
    assert.equal(await asked(subject, subject.target(id, first)), "accepted");
    await subject.untilGone(first);
    assert.ok(await subject.opened.exists(second));
  },

  "does no harm where it is gone": async (subject) => {
    const [target, other] = [await subject.created(), await subject.created()];
    await subject.opened.remove(target.externalId);
    assert.equal(await asked(subject, target), "accepted");
    assert.equal(await asked(subject, target), "accepted");
    assert.ok(await subject.opened.exists(other.externalId));
  },

  "does no harm twice at once": async (subject) => {
    const target = await subject.created();
    const answers = await Promise.all([asked(subject, target), asked(subject, target)]);
    for (const answer of answers) assert.ok(["accepted", "later"].includes(answer), answer);
    await subject.untilGone(target.externalId);
    assert.equal(await asked(subject, target), "accepted");
  },

  "takes away what withstands, if need be when it is asked again": async (subject) => {
    const id = subject.newId();
    const target = subject.target(id, await subject.need("createStubborn")(id));
    await subject.until(`${target.externalId} is gone`, async () => {
      const answer = await asked(subject, target);
      assert.ok(["accepted", "later"].includes(answer), answer);
      return !(await subject.opened.exists(target.externalId));
    });
  },

  "says that it may not delete, and leaves it": async (subject) => {
    const id = subject.newId();
    const target = subject.target(id, await subject.need("createDenied")(id));
    assert.equal(await asked(subject, target), "denied");
    assert.equal(await asked(subject, target), "denied");
    assert.ok(await subject.opened.exists(target.externalId));
  },

  "does not touch another one of its name": async (subject) => {
    const id = subject.newId();
    const { former, successor } = await subject.need("createReplaced")(id);
    await asked(subject, subject.target(id, former));
    assert.ok(await subject.opened.exists(successor));
  },
} satisfies Suite;
