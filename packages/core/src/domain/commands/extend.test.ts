import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allocated, extended, given, HOURS, intended, minute } from "../testing/given.ts";

const running = () => given(intended({ ttlSeconds: 3600 }).at(0), allocated("i-1").at(0));

describe("extend", () => {
  test("moves the end of its life", () => {
    const notebook = running();
    notebook.accepts(extended(3 * HOURS).at(5));
    assert.deepEqual(notebook.standing(), { state: "allocated", due: 180, findings: {} });
    assert.deepEqual(notebook.standing("vm-1", 180).findings, { "over-ttl": 180 });
  });

  test("the latest end wins, in whatever order they are told, and none shortens the TTL", () => {
    const notebook = running();
    for (const until of [120, 180, 90, 30]) notebook.accepts(extended(until).at(5));
    assert.equal(notebook.standing().due, 180);
    const shortened = running();
    shortened.accepts(extended(30).at(5));
    assert.equal(shortened.standing("vm-1", 40).due, 60);
  });

  test("takes back a finding that it was over its TTL", () => {
    const notebook = running();
    assert.deepEqual(notebook.standing("vm-1", 70).findings, { "over-ttl": 60 });
    notebook.accepts(extended(120));
    assert.deepEqual(notebook.standing("vm-1", 70).findings, {});
  });

  test("told before it was allocated, it counts once it is", () => {
    const notebook = given(intended({ ttlSeconds: 3600 }).at(0), extended(120).at(1));
    assert.equal(notebook.standing("vm-1", 5).state, "pending");
    notebook.accepts(allocated("i-1").at(2));
    assert.equal(notebook.standing().due, 120);
  });

  test("told again changes nothing, with the same time or with none", () => {
    const notebook = running();
    notebook.accepts(extended(120).at(5));
    notebook.recognises(extended(120).at(5));
    notebook.recognises(extended(120));
  });

  test("of the future happened when it was heard, and its retry is recognised", () => {
    const notebook = running();
    notebook.accepts(extended(180).at(90));
    assert.equal(notebook.facts()[2]?.at, minute(60));
    notebook.now = 120;
    notebook.recognises(extended(180).at(90));
  });

  test("is refused for a resource that is not registered", () => {
    given().refuses(extended(60), "unknown-resource");
  });
});
