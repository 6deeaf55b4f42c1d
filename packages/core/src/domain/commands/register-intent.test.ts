import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  allocated,
  begun,
  given,
  intended,
  minute,
  sessionClosed,
  sessionOpened,
  time,
  unknown,
  VM,
} from "../testing/given.ts";

describe("register-intent", () => {
  test("creates a resource about which only the plan is known", () => {
    const notebook = given();
    notebook.creates(intended({ data: { image: "debian" }, timeoutSeconds: 60 }).at(30));
    assert.deepEqual(notebook.facts(), [
      {
        kind: "intent",
        about: VM,
        timeoutSeconds: 60,
        data: { image: "debian" },
        at: minute(30),
        arrival: minute(60),
        actor: "tester",
      },
    ]);
  });

  test("happened when it was heard, where it does not say when", () => {
    const notebook = given(intended());
    assert.equal(notebook.facts()[0]?.at, minute(60));
  });

  test("mints an id where none is given", () => {
    const notebook = given();
    notebook.creates(intended().without("id"), { id: "minted-1" });
    notebook.creates(intended().without("id"), { id: "minted-2" });
    assert.equal(notebook.standing("minted-1").state, "pending");
  });

  test("told again with the same time is recognised, whatever was reported since", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(1));
    notebook.recognises(intended().at(0));
  });

  test("told again without a time is recognised while it is pending", () => {
    given(intended()).recognises(intended());
  });

  test("told again without a time is another registration once something was reported", () => {
    const notebook = given(intended(), unknown());
    notebook.now = 61;
    notebook.refuses(intended(), "id-used");
  });

  test("told with another time or other content is another registration", () => {
    const notebook = given(intended().at(0));
    notebook.refuses(intended().at(1), "id-used");
    notebook.refuses(intended({ owner: "other" }).at(0), "id-used");
    notebook.refuses(intended({ labels: { team: "a" } }).at(0), "id-used");
  });

  test("told again in the moment in which it was heard, it is the same whatever came with it", () => {
    const notebook = given(intended(), allocated("i-1"));
    notebook.recognises(intended());
    notebook.now = 61;
    notebook.refuses(intended(), "id-used");
  });

  test("takes application and module from its allocation", () => {
    const notebook = given(begun(), intended({ allocation: "fleet" }).without("application"));
    const [intent] = notebook.facts();
    assert.deepEqual(intent?.kind === "intent" && intent.about, {
      ...VM,
      application: "probe",
      module: "nova",
      allocation: "fleet",
    });
  });

  test("takes no module from the allocation of another application than it names", () => {
    const notebook = given(begun(), intended({ allocation: "fleet", application: "other" }));
    const [intent] = notebook.facts();
    assert.equal(intent?.kind === "intent" && intent.about.module, undefined);
  });

  test("names its application itself into an allocation that is not yet announced", () => {
    given().creates(intended({ allocation: "fleet" }));
  });

  test("is refused where nothing says the application", () => {
    const notebook = given();
    notebook.refuses(intended().without("application"), "application-missing");
    notebook.refuses(intended({ allocation: "fleet" }).without("application"), "unknown-allocation");
  });

  test("completes what a report that describes itself has created before", () => {
    const described = { ...VM, module: "nova", scope: "eu", labels: { team: "a" }, ttlSeconds: 60 };
    const notebook = given(allocated("i-1", described).at(5));
    notebook.creates(intended({ module: "nova", scope: "eu" }).at(0));
    assert.deepEqual(notebook.kinds(), ["allocated", "intent"]);
    assert.equal(notebook.standing().state, "allocated");
  });

  test("is refused where a report that describes itself spoke of another thing", () => {
    for (const other of [{ application: "x" }, { type: "x" }, { owner: "x" }]) {
      given(allocated("i-1", { ...VM, ...other })).refuses(intended(), "id-used");
    }
  });

  test("of the future happened when it was heard, and its retry is recognised", () => {
    const notebook = given(intended().at(90));
    assert.equal(notebook.facts()[0]?.at, minute(60));
    assert.equal(notebook.facts()[0]?.told, minute(90));
    notebook.now = 120;
    notebook.recognises(intended({ at: time(90) }));
    notebook.refuses(intended({ at: time(60) }), "id-used");
  });
});

describe("register-intent that opens its session", () => {
  const opens = { ttlSeconds: 60, host: "node-1", pid: 7, at: time(0) };
  const opening = intended({ module: "nova", session: "engine-1", opens }).at(1);
  const opened = sessionOpened({ host: "node-1", pid: 7 }).at(0);

  test("writes both, and neither the one nor the other again", () => {
    const notebook = given();
    notebook.creates(opening);
    const [fact] = notebook.session("engine-1")?.facts ?? [];
    assert.deepEqual(fact, {
      kind: "opened",
      application: "probe",
      module: "nova",
      ttlSeconds: 60,
      host: "node-1",
      pid: 7,
      at: minute(0),
      arrival: minute(60),
      actor: "tester",
    });
    notebook.recognises(opening);
    notebook.recognises(opened, { id: "engine-1" });
    assert.equal(notebook.session("engine-1")?.facts.length, 1);
  });

  test("opens it still where only the intent was written before", () => {
    const notebook = given(opening.without("opens"));
    notebook.accepts(opening);
    assert.equal(notebook.session("engine-1")?.facts.length, 1);
  });

  test("changes nothing of one that is there, whatever became of it", () => {
    const notebook = given(opened, sessionClosed().at(0));
    notebook.creates(opening);
    assert.deepEqual(
      notebook.session("engine-1")?.facts.map(({ kind }) => kind),
      ["opened", "closed"],
    );
  });

  test("is taken without it where that one was pruned", () => {
    const notebook = given().buries("session", "engine-1");
    notebook.creates(opening);
    assert.equal(notebook.session("engine-1"), undefined);
  });

  test("opens none where the intent itself is refused", () => {
    const notebook = given(intended().at(0));
    notebook.refuses(opening, "id-used");
    assert.equal(notebook.session("engine-1"), undefined);
  });
});
