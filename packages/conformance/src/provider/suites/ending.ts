import assert from "node:assert/strict";
import type { Target } from "@drett/core";
import { answerOf } from "../answers.ts";
import type { Subject, Suite } from "../subject.ts";

type Answers = { readonly [call: string]: Promise<string> };

/** Every call that the provider has. */
function callAll({ provider, scope }: Subject, target: Target, signal: AbortSignal): Answers {
  return {
    sees: answerOf(provider.sees(scope, signal)),
    free: answerOf(provider.free(target, signal)),
    ...(provider.look && { look: answerOf(provider.look(target, signal)) }),
    ...(provider.find && { find: answerOf(provider.find(target, signal)) }),
    ...(provider.list && { list: answerOf(provider.list(scope, signal)) }),
  };
}

async function assertCannotTell(subject: Subject, answers: Answers): Promise<void> {
  for (const [call, answer] of Object.entries(answers)) {
    assert.equal(await subject.within(call, answer), "cannot-tell", call);
  }
}

export const ending = {
  "answers cannot-tell where its time is over before it begins, and touches nothing": async (subject) => {
    const target = await subject.created();
    await assertCannotTell(subject, callAll(subject, target, AbortSignal.abort()));
    assert.ok(await subject.opened.exists(target.externalId));
  },

  "ends soon after its signal aborts": async (subject) => {
    const target = await subject.created();
    const controller = new AbortController();
    const answers = callAll(subject, target, controller.signal);
    controller.abort();
    // It may have had its answer by then.
    for (const [call, answer] of Object.entries(answers)) await subject.within(call, answer);
  },

  "answers cannot-tell where nobody answered until its signal aborted": async (subject) => {
    const target = await subject.created();
    await subject.need("stall")();
    const controller = new AbortController();
    const answers = callAll(subject, target, controller.signal);
    controller.abort();
    await assertCannotTell(subject, answers);
  },

  "takes another call after one that was aborted": async (subject) => {
    const target = await subject.created();
    const { signal } = new AbortController();
    await assertCannotTell(subject, callAll(subject, target, AbortSignal.abort()));
    assert.equal(await answerOf(subject.provider.sees(subject.scope, signal)), "yes");
    assert.equal(await answerOf(subject.provider.free(target, signal)), "accepted");
    await subject.untilGone(target.externalId);
  },
} satisfies Suite;
