import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allocated, given, intended, minute, releasing } from "../testing/given.ts";

const running = () => given(intended().at(0), allocated("i-1").at(1));

describe("report-releasing", () => {
  test("is due when the release was to be over", () => {
    const notebook = running();
    notebook.accepts(releasing({ timeoutSeconds: 120 }).at(5));
    assert.deepEqual(notebook.standing("vm-1", 6), { state: "releasing", due: 7, findings: {} });
    assert.deepEqual(notebook.standing("vm-1", 7).findings, { "release-overdue": 7 });
  });

  test("told again changes nothing, with the same time or with none", () => {
    const notebook = running();
    notebook.accepts(releasing().at(5));
    notebook.recognises(releasing().at(5));
    notebook.recognises(releasing());
  });

  test("of the future happened when it was heard, and its retry is recognised", () => {
    const notebook = running();
    notebook.accepts(releasing().at(90));
    assert.equal(notebook.facts()[2]?.at, minute(60));
    notebook.now = 120;
    notebook.recognises(releasing().at(90));
  });

  test("is refused for a resource that is not registered", () => {
    given().refuses(releasing(), "unknown-resource");
  });
});
