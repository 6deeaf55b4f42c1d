import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allocated, given, held, intended, releasing, unheld } from "../testing/given.ts";

const reply = { id: "vm-1", hold: "hold-1" };
const twice = () =>
  given(intended().at(0), allocated("i-1").at(1), held(70).at(5), held(80, { hold: "hold-2" }).at(6));

describe("unhold", () => {
  test("lifts the one that it names", () => {
    const notebook = twice();
    notebook.accepts(unheld({ hold: "hold-2" }).at(10), { id: "vm-1", hold: "hold-2" });
    assert.deepEqual(notebook.standing("vm-1", 75).findings, { "hold-ended": 70 });
    notebook.accepts(unheld().at(11), reply);
    assert.deepEqual(notebook.standing("vm-1", 75), { state: "allocated", due: 1441, findings: {} });
  });

  test("takes back the finding that it has ended", () => {
    const notebook = twice();
    assert.deepEqual(notebook.standing("vm-1", 90).findings, { "hold-ended": 80 });
    notebook.decides(unheld());
    assert.deepEqual(notebook.standing("vm-1", 90).findings, { "hold-ended": 80 });
    notebook.decides(unheld({ hold: "hold-2" }));
    assert.deepEqual(notebook.standing("vm-1", 90).findings, {});
  });

  test("told again changes nothing, whoever says so and why", () => {
    const notebook = twice();
    notebook.accepts(unheld().at(10), reply);
    notebook.recognises(unheld().at(10), reply);
    notebook.recognises(unheld({ reason: "another" }), reply);
  });

  test("is refused where there is no such hold", () => {
    const notebook = twice();
    notebook.refuses(unheld({ hold: "hold-3" }), "unknown-hold");
    given().refuses(unheld(), "unknown-resource");
  });

  test("is refused where the hold was not seen, or the resource is not what was seen", () => {
    const notebook = twice();
    notebook.refuses(unheld({ hold: "hold-2", seen: 3 }), "unknown-hold");
    notebook.accepts(releasing().at(20), { id: "vm-1" });
    notebook.refuses(unheld({ seen: 4 }), "changed-since");
    notebook.accepts(unheld({ seen: 5 }), reply);
    notebook.recognises(unheld({ seen: 4 }), reply);
  });
});
