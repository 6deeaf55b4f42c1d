import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allocated, begun, finished, given, intended, VM } from "../testing/given.ts";

const member = { id: "vm-1", type: "vm", owner: "lpds" };
const empty = { id: "fleet", resources: [] };

describe("begin-allocation", () => {
  test("opens an allocation", () => {
    const notebook = given();
    notebook.creates(begun({ timeoutSeconds: 1800, label: "nightly" }).at(0), empty);
    assert.deepEqual(notebook.standing("fleet", 29), { state: "open", due: 30, findings: {} });
  });

  test("registers its resources, of its application and module, at its time", () => {
    const notebook = given();
    notebook.creates(begun({ resources: [member, { ...member, id: "vm-2", module: "cinder" }] }).at(5), {
      id: "fleet",
      resources: [{ id: "vm-1" }, { id: "vm-2" }],
    });
    const [first] = notebook.facts("vm-1");
    const [second] = notebook.facts("vm-2");
    const about = { ...VM, module: "nova", allocation: "fleet" };
    assert.deepEqual(first?.kind === "intent" && first.about, about);
    assert.deepEqual(second?.kind === "intent" && second.about, {
      ...about,
      application: "probe",
      module: "cinder",
    });
    assert.equal(first?.at, notebook.facts("fleet")[0]?.at);
  });

  test("mints the ids that are missing", () => {
    const notebook = given();
    const { id, ...nameless } = member;
    notebook.creates(begun({ resources: [nameless, member] }).without("id"), {
      id: "minted-1",
      resources: [{ id: "minted-2" }, { id }],
    });
    assert.equal(notebook.standing("minted-1").state, "open");
    assert.equal(notebook.standing("minted-2").state, "pending");
  });

  test("names members after itself, so that a retry means the same ones", () => {
    const { id: _, ...nameless } = member;
    const saying = begun({ resources: [nameless, member, nameless] }).at(0);
    const members = { id: "fleet", resources: [{ id: "fleet-1" }, { id: "vm-1" }, { id: "fleet-3" }] };
    const notebook = given();
    notebook.creates(saying, members);
    notebook.recognises(saying, members);
  });

  test("told again with the same time is recognised, whatever came after", () => {
    const saying = begun({ resources: [member] }).at(0);
    const notebook = given(saying, allocated("i-1").at(1), finished("done").at(2));
    notebook.recognises(saying, { id: "fleet", resources: [{ id: "vm-1" }] });
  });

  test("told again without a time is recognised while it is open", () => {
    const notebook = given(begun({ resources: [member] }));
    notebook.recognises(begun({ resources: [member] }), { id: "fleet", resources: [{ id: "vm-1" }] });
    notebook.hears(finished("done"));
    notebook.now = 61;
    notebook.refuses(begun(), "id-used");
  });

  test("told again in the moment in which it was heard, it is the same whatever came with it", () => {
    given(begun(), finished("done")).recognises(begun(), empty);
  });

  test("told with another time or other content is another one", () => {
    const notebook = given(begun().at(0));
    notebook.refuses(begun().at(1), "id-used");
    notebook.refuses(begun({ module: "cinder" }).at(0), "id-used");
    notebook.refuses(begun({ timeoutSeconds: 1 }).at(0), "id-used");
  });

  test("told again with one resource more registers that one", () => {
    const notebook = given(begun({ resources: [member] }).at(0));
    const more = begun({ resources: [member, { ...member, id: "vm-2" }] }).at(0);
    notebook.accepts(more, { id: "fleet", resources: [{ id: "vm-1" }, { id: "vm-2" }] });
    assert.equal(notebook.standing("vm-2").state, "pending");
    assert.deepEqual(notebook.kinds("fleet"), ["begun"]);
  });

  test("takes the same resource named twice for one, and refuses two of one id", () => {
    const twice = { id: "fleet", resources: [{ id: "vm-1" }, { id: "vm-1" }] };
    const notebook = given();
    notebook.refuses(begun({ resources: [member, { ...member, owner: "other" }] }), "id-used");
    notebook.creates(begun({ resources: [member, member] }), twice);
    assert.deepEqual(notebook.kinds(), ["intent"]);
  });

  test("is refused as a whole where an id belongs to another registration", () => {
    const notebook = given(intended().at(0));
    notebook.refuses(begun({ resources: [{ ...member, id: "vm-2" }, member] }), "id-used");
    assert.equal(notebook.resource("vm-2"), undefined);
  });

  test("takes up a member that was registered before the allocation was announced", () => {
    const notebook = given(intended({ allocation: "fleet", module: "nova" }).at(5));
    notebook.creates(begun({ timeoutSeconds: 1800 }).at(0), empty);
    assert.equal(notebook.standing().due, 30);
  });
});
