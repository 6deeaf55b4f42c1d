import assert from "node:assert/strict";
import { test } from "node:test";
import { explain, resumptionOf, sentenceOf, summaryOf } from "./report.ts";
import { run, SETTINGS } from "./runs.ts";
import { isBroken } from "./series.ts";

const minutes = Number(process.env.DRETT_MANY_MINUTES ?? 0.15);
const seed = Number(process.env.DRETT_MANY_SEED ?? 1);

for (const setting of SETTINGS) {
  test(`${setting.servers} servers on one ${setting.store} keep every promise, whatever happens to them and to it`, {
    skip: setting.missing,
  }, async (t) => {
    t.diagnostic(`DRETT_MANY_MINUTES=${minutes} DRETT_MANY_SEED=${seed}`);
    const done = await run(setting, {
      seconds: (60 * minutes) / SETTINGS.length,
      seed,
      tell: (round) => t.diagnostic(sentenceOf(round)),
    });
    for (const line of resumptionOf(done)) t.diagnostic(line);
    t.diagnostic(summaryOf([done], seed));
    for (const round of done.rounds) assert.ok(!isBroken(round), explain(round));
    assert.ok(done.rounds.length > 0);
  });
}
