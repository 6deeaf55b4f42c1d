import assert from "node:assert/strict";
import { test } from "node:test";
import { brokenIn } from "../many/series.ts";
import { explain, sentenceOf, summaryOf, tableOf } from "./report.ts";
import { run, SETTINGS } from "./runs.ts";

const minutes = Number(process.env.DRETT_CAMPAIGN_MINUTES ?? 3);
const seed = Number(process.env.DRETT_CAMPAIGN_SEED ?? 1);

for (const setting of SETTINGS) {
  test(`nothing is lost and nothing alive is touched on ${setting.store}, whatever happens`, {
    skip: setting.missing,
  }, async (t) => {
    t.diagnostic(`DRETT_CAMPAIGN_MINUTES=${minutes} DRETT_CAMPAIGN_SEED=${seed}`);
    const rounds = await run(setting, {
      seconds: (60 * minutes) / SETTINGS.length,
      seed,
      tell: (round) => t.diagnostic(sentenceOf(round)),
    });
    for (const line of [...tableOf(rounds), summaryOf(rounds)]) t.diagnostic(line);
    for (const round of rounds) assert.equal(brokenIn(round).length, 0, explain(round));
    assert.ok(rounds.length > 0);
  });
}
