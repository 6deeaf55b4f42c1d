import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allocated, freed, given, held, intended, minute, unheld } from "../testing/given.ts";

const running = () => given(intended().at(0), allocated("i-1").at(1));
const reply = (hold = "hold-1") => ({ id: "vm-1", hold });
const another = { hold: "hold-2" };

describe("hold", () => {
  test("records until when, who said it, and why", () => {
    const notebook = running();
    notebook.accepts(held(90).at(5), reply());
    assert.deepEqual(notebook.facts().at(-1), {
      kind: "held",
      hold: "hold-1",
      until: minute(90),
      reason: "in use",
      at: minute(5),
      arrival: minute(60),
      actor: "tester",
    });
  });

  test("gets an id where it has none", () => {
    running().accepts(held(90).without("hold"), reply("minted-1"));
  });

  test("that has ended is a finding", () => {
    const notebook = running();
    notebook.decides(held(90));
    assert.deepEqual(notebook.standing("vm-1", 89), { state: "allocated", due: 90, findings: {} });
    assert.deepEqual(notebook.standing("vm-1", 90).findings, { "hold-ended": 90 });
  });

  test("that has ended is no finding while another one stands", () => {
    const notebook = running();
    notebook.decides(held(90));
    notebook.decides(held(120, another));
    assert.deepEqual(notebook.standing("vm-1", 100).findings, {});
    assert.deepEqual(notebook.standing("vm-1", 120).findings, { "hold-ended": 120 });
  });

  test("hides no other finding", () => {
    const notebook = given(intended({ ttlSeconds: 60 }).at(0), allocated("i-1").at(1));
    notebook.decides(held(90));
    assert.deepEqual(notebook.standing().findings, { "over-ttl": 2 });
    assert.deepEqual(notebook.standing("vm-1", 90).findings, { "over-ttl": 2, "hold-ended": 90 });
  });

  test("of what needs nobody any more is no finding, and is one again when it comes alive", () => {
    const notebook = running();
    notebook.decides(held(90));
    notebook.accepts(freed("i-1").at(50));
    assert.deepEqual(notebook.standing("vm-1", 100), { state: "freed", due: null, findings: {} });
    notebook.accepts(allocated("i-2").at(55));
    assert.equal(notebook.standing("vm-1", 100).findings["hold-ended"], 90);
  });

  test("told again by its id changes nothing, also once it has ended or was lifted", () => {
    const notebook = running();
    notebook.decides(held(90).at(5));
    notebook.recognises(held(90).at(5), reply());
    notebook.recognises(held(90), reply());
    notebook.now = 120;
    notebook.recognises(held(90), reply());
    notebook.decides(unheld());
    notebook.recognises(held(90), reply());
  });

  test("with the id of another hold is refused", () => {
    const notebook = running();
    notebook.decides(held(90));
    notebook.refuses(held(91), "id-used");
    notebook.refuses(held(90, { reason: "another" }), "id-used");
  });

  test("that is over when it begins is refused", () => {
    const notebook = running();
    assert.deepEqual(notebook.refuses(held(60), "until-passed").more, { pointer: "/until" });
    notebook.refuses(held(30).at(40), "until-passed");
    notebook.refuses(held(60).at(90), "until-passed");
    notebook.accepts(held(50).at(40), reply());
  });

  test("is refused for a resource that is not registered", () => {
    given().refuses(held(90), "unknown-resource");
  });
});
