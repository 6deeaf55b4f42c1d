import assert from "node:assert/strict";
import { answerOf, inTime } from "../answers.ts";
import type { Suite } from "../subject.ts";

export const close = {
  "closes where nothing was asked, and does no harm twice": async ({ provider, within }) => {
    await within("close", Promise.resolve(provider.close?.()));
    await within("close", Promise.resolve(provider.close?.()));
  },

  "leaves what there is where it is": async ({ provider, opened, scope, created, within }) => {
    const target = await created();
    assert.equal(await answerOf(provider.sees(scope, inTime())), "yes");
    await within("close", Promise.resolve(provider.close?.()));
    assert.ok(await opened.exists(target.externalId));
  },
} satisfies Suite;
