import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NO_USAGE, overQuota, quotaOf, usageOf } from "./quota.ts";

const eur = (amount: number) => ({ price: { amount, currency: "EUR", per: "hour" } as const });
const used = usageOf([eur(3), eur(4), {}]);

describe("a quota", () => {
  test("counts what is live, and what has a price by its currency", () => {
    assert.deepEqual(used, { live: 3, costPerHour: { EUR: 7 } });
    assert.deepEqual(usageOf([]), NO_USAGE);
  });

  test("lets in up to its limit, and nothing beyond", () => {
    assert.equal(overQuota("ci", { live: 4 }, { used, asked: usageOf([{}]) }), undefined);
    const refusal = overQuota("ci", { live: 4 }, { used, asked: usageOf([{}, {}]) });
    assert.equal(refusal?.refused, "quota-reached");
    assert.equal(refusal.detail, "ci has 3 live resources and may have 4; 2 more were asked for.");
  });

  test("of nothing lets nothing in", () => {
    assert.ok(overQuota("ci", { live: 0 }, { used: NO_USAGE, asked: usageOf([{}]) }));
    assert.ok(overQuota("ci", { costPerHour: { EUR: 0 } }, { used: NO_USAGE, asked: usageOf([eur(1)]) }));
  });

  test("of cost lets in what has no price, or another currency", () => {
    const quota = { costPerHour: { EUR: 7 } };
    assert.equal(overQuota("ci", quota, { used, asked: usageOf([{}]) }), undefined);
    const usd = { price: { amount: 100, currency: "USD", per: "hour" } as const };
    assert.equal(overQuota("ci", quota, { used, asked: usageOf([usd]) }), undefined);
    assert.match(
      overQuota("ci", quota, { used, asked: usageOf([eur(1)]) })?.detail ?? "",
      /costs 7 EUR an hour and may cost 7; one more/,
    );
  });

  test("is that of the application, or else that of all others", () => {
    const quotas = { ci: { live: 1 }, "*": { live: 2 } };
    assert.deepEqual(quotaOf(quotas, "ci"), { live: 1 });
    assert.deepEqual(quotaOf(quotas, "toString"), { live: 2 });
    assert.equal(quotaOf({ ci: { live: 1 } }, "other"), undefined);
  });
});
