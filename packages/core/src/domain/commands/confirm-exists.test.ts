import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  allocated,
  confirmedExists,
  confirmedGone,
  forgotten,
  freed,
  freedByAttributes,
  given,
  intended,
  unknown,
} from "../testing/given.ts";

describe("confirm-exists", () => {
  test("settles an unknown outcome: it is allocated, from when it was seen", () => {
    const notebook = given(
      intended({ ttlSeconds: 3600 }).at(0),
      unknown().at(1),
      confirmedExists("i-1").at(30),
    );
    assert.deepEqual(notebook.standing(), { state: "allocated", due: 90, findings: {} });
  });

  test("makes it known by its external id", () => {
    const notebook = given(intended().at(0), unknown().at(1), confirmedExists("i-1").at(30));
    notebook.accepts(freedByAttributes("i-1").at(40));
    assert.equal(notebook.standing().state, "freed");
  });

  test("under a second external id is a duplicate", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(1), confirmedExists("i-2").at(30));
    assert.deepEqual(notebook.standing(), { state: "allocated", due: 30, findings: { duplicate: 30 } });
  });

  test("of what was freed by then makes it a zombie, until it is freed again", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(1), freed("i-1").at(5));
    notebook.decides(confirmedExists("i-1").at(5));
    assert.deepEqual(notebook.standing(), { state: "allocated", due: 5, findings: { zombie: 5 } });
    notebook.accepts(freed("i-1").at(20));
    assert.deepEqual(notebook.standing(), { state: "freed", due: null, findings: {} });
  });

  test("of what was freed without a name, before any was known, makes it a zombie", () => {
    const notebook = given(intended().at(0), freed().at(5), confirmedExists("i-1").at(10));
    assert.deepEqual(notebook.standing().findings, { zombie: 10 });
  });

  test("of what was freed later changes nothing", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(1), freed("i-1").at(5));
    notebook.decides(confirmedExists("i-1").at(4));
    assert.deepEqual(notebook.standing(), { state: "freed", due: null, findings: {} });
  });

  test("settles which of two is there, and leaves the duplicate", () => {
    const notebook = given(
      intended().at(0),
      allocated("i-1").at(1),
      allocated("i-2").at(2),
      freed("i-2").at(3),
      confirmedExists("i-1").at(10),
    );
    assert.deepEqual(notebook.standing(), { state: "allocated", due: 2, findings: { duplicate: 2 } });
    notebook.accepts(freed("i-9").at(20));
    assert.deepEqual(notebook.standing().findings, { duplicate: 2, contradicted: 20 });
  });

  test("reopens what was confirmed gone, as a zombie, and what was forgotten", () => {
    const gone = given(intended().at(0), allocated("i-1").at(1), confirmedGone().at(5));
    gone.decides(confirmedExists("i-1").at(10));
    assert.deepEqual(gone.standing().findings, { zombie: 10 });
    const writtenOff = given(intended().at(0), allocated("i-1").at(1), forgotten().at(5));
    writtenOff.decides(confirmedExists("i-1").at(10));
    assert.deepEqual(writtenOff.standing(), { state: "allocated", due: 1441, findings: {} });
  });
});
