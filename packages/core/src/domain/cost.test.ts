import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { costOf } from "./cost.ts";
import type { Resource } from "./record.ts";
import {
  allocated,
  confirmedGone,
  confirmedNeverCreated,
  failed,
  forgotten,
  freed,
  given,
  intended,
  minute,
  type Saying,
} from "./testing/given.ts";

const priced = intended({ price: { amount: 2, currency: "EUR", per: "hour" } }).at(0);
const costAfterAnHour = (...sayings: Saying[]) =>
  costOf(given(...sayings).resource("vm-1") as Resource, minute(60));

describe("the cost", () => {
  test("is not known where no price is", () => {
    assert.equal(costAfterAnHour(intended().at(0)), undefined);
  });

  test("runs from when it was allocated until it was freed", () => {
    assert.deepEqual(costAfterAnHour(priced, allocated("i-1").at(30)), {
      currency: "EUR",
      perHour: 2,
      soFar: 1,
    });
    assert.equal(costAfterAnHour(priced, allocated("i-1").at(30), freed("i-1").at(45))?.soFar, 0.5);
  });

  test("runs from the plan where nobody knows", () => {
    assert.equal(costAfterAnHour(priced)?.soFar, 2);
  });

  test("runs until a person confirms it gone", () => {
    assert.equal(costAfterAnHour(priced, allocated("i-1").at(30), confirmedGone().at(45))?.soFar, 0.5);
  });

  test("is none of what never came about", () => {
    assert.equal(costAfterAnHour(priced, failed().at(5)), undefined);
    assert.equal(costAfterAnHour(priced, confirmedNeverCreated().at(5)), undefined);
  });

  test("goes on where it was only forgotten", () => {
    assert.equal(costAfterAnHour(priced, allocated("i-1").at(30), forgotten().at(45))?.soFar, 1);
  });

  test("counts each of two, until both are freed", () => {
    const both = [priced, allocated("i-1").at(0), allocated("i-2").at(0)];
    assert.deepEqual(costAfterAnHour(...both), { currency: "EUR", perHour: 4, soFar: 4 });
    assert.deepEqual(costAfterAnHour(...both, freed("i-1").at(30)), {
      currency: "EUR",
      perHour: 2,
      soFar: 2,
    });
  });
});
