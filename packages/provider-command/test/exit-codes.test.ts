import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { never, target, Workshop } from "./workshop.ts";

const CODES = [0, 1, 2, 110, 111, 112, 113, 114, 126, 127, 254] as const;

/** A program that does as the environment says. */
const obeying = (workshop: Workshop) =>
  workshop.sh("obey", 'printf "%b" "$OUT"; printf "%b" "$ERR" >&2; exit "$CODE"');

type Said = { code: number; out?: string; err?: string };

async function answers(workshop: Workshop, { code, out = "", err = "" }: Said, more = {}) {
  const program = [obeying(workshop)];
  return workshop.open({
    free: program,
    look: program,
    find: program,
    list: program,
    sees: program,
    environment: [`CODE=${code}`, `OUT=${out}`, `ERR=${err}`],
    ...more,
  });
}

const cannotTell = (reason: string) => ({ answer: "cannot-tell", reason: `obey: ${reason}` });
const exited = (code: number, words = "") => `it exited with ${code}${words && `: ${words}`}`;

describe("how a program exits", () => {
  it("says what came of free", async () => {
    using workshop = new Workshop();
    for (const code of CODES) {
      const provider = await answers(workshop, { code, err: "first\\nno way\\n" });
      const reason = `obey: ${exited(code, "no way")}`;
      const expected =
        code === 0 || code === 110
          ? { answer: "accepted" }
          : code === 112
            ? { answer: "denied", reason }
            : code === 113
              ? { answer: "later", reason }
              : { answer: "cannot-tell", reason };
      assert.deepEqual(await provider.free(target, never), expected, `code ${code}`);
    }
  });

  it("says what look has seen, and nothing else than 110 says gone", async () => {
    using workshop = new Workshop();
    for (const code of CODES) {
      const provider = await answers(workshop, { code, out: "here" });
      const expected =
        code === 0 ? { answer: "present" } : code === 110 ? { answer: "gone" } : cannotTell(exited(code));
      assert.deepEqual(await provider.look?.(target, never), expected, `code ${code}`);
    }
  });

  it("says what find has found", async () => {
    using workshop = new Workshop();
    for (const code of CODES) {
      const provider = await answers(workshop, { code, out: "x-1\\r\\n\\nx 2\\nx-1\\n" });
      const expected =
        code === 0
          ? { answer: "found", externalIds: ["x-1", "x 2"] }
          : code === 110
            ? { answer: "found", externalIds: [] }
            : cannotTell(exited(code));
      assert.deepEqual(await provider.find?.(target, never), expected, `code ${code}`);
    }
  });

  it("says whether a list is whole", async () => {
    using workshop = new Workshop();
    for (const code of CODES) {
      const provider = await answers(workshop, { code, out: "d1 x-1\\nd2\\t x 2 \\n" });
      const things = [
        { id: "d1", externalId: "x-1" },
        { id: "d2", externalId: "x 2" },
      ];
      const expected =
        code === 0 || code === 114
          ? { answer: "listed", things, isComplete: code === 0 }
          : cannotTell(exited(code));
      assert.deepEqual(await provider.list?.("here", never), expected, `code ${code}`);
    }
  });

  it("says whether all would be seen", async () => {
    using workshop = new Workshop();
    for (const code of CODES) {
      const provider = await answers(workshop, { code, out: "account 7\\nmore" });
      const expected =
        code === 0
          ? { answer: "yes", as: "account 7" }
          : code === 112
            ? { answer: "no", reason: `obey: ${exited(112)}` }
            : cannotTell(exited(code));
      assert.deepEqual(await provider.sees("here", never), expected, `code ${code}`);
    }
  });
});

describe("a program that does not know these codes", () => {
  const texts = {
    gone_when: ["No such thing: {externalId}"],
    denied_when: ["Forbidden"],
    later_when: ["slow down"],
  };
  const freed = async (said: Said) => {
    using workshop = new Workshop();
    const provider = await answers(workshop, said, texts);
    const { answer } = await provider.free(target, never);
    const looked = await provider.look?.(target, never);
    const found = await provider.find?.(target, never);
    const sees = await provider.sees(undefined, never);
    return [answer, looked?.answer, found?.answer, sees.answer];
  };

  it("is understood by texts on its standard error", async () => {
    const unclear = "cannot-tell";
    assert.deepEqual(await freed({ code: 1, err: "No such thing: x-1" }), [
      "accepted",
      "gone",
      "found",
      unclear,
    ]);
    assert.deepEqual(await freed({ code: 255, err: "Forbidden" }), ["denied", unclear, unclear, "no"]);
    assert.deepEqual(await freed({ code: 9, err: "slow down" }), ["later", unclear, unclear, unclear]);
  });

  it("says gone of nothing else than what was asked about", async () => {
    assert.deepEqual((await freed({ code: 1, err: "No such thing: x-2" }))[1], "cannot-tell");
    assert.deepEqual((await freed({ code: 1, out: "No such thing: x-1" }))[1], "cannot-tell");
  });

  it("says the less harmful of two things", async () => {
    assert.deepEqual((await freed({ code: 1, err: "No such thing: x-1\\nForbidden" }))[1], "cannot-tell");
  });

  it("is not understood where a shell could not run it", async () => {
    for (const code of [126, 127])
      assert.deepEqual((await freed({ code, err: "No such thing: x-1" }))[1], "cannot-tell");
  });

  it("is not looked for texts where it succeeds", async () => {
    const [freeing, looked] = await freed({ code: 0, out: "here", err: "Forbidden\\nNo such thing: x-1" });
    assert.deepEqual([freeing, looked], ["accepted", "present"]);
  });
});

describe("what a program prints where it succeeds", () => {
  const looked = async (said: Omit<Said, "code">, more = {}) => {
    using workshop = new Workshop();
    const provider = await answers(workshop, { code: 0, ...said }, more);
    return (await provider.look?.(target, never))?.answer;
  };

  it("must be something, for look", async () => {
    assert.equal(await looked({ out: "" }), "cannot-tell");
    assert.equal(await looked({ out: "  \\n" }), "cannot-tell");
  });

  it("may be nothing where that means gone, and nobody complains", async () => {
    const rules = { gone_if_empty: true };
    assert.equal(await looked({ out: "\\n" }, rules), "gone");
    assert.equal(await looked({ out: "here" }, rules), "present");
    assert.equal(await looked({ err: "one region did not answer" }, rules), "cannot-tell");
  });

  it("may be a state, of which those that are gone are named", async () => {
    const rules = { gone_lines: ["terminated"] };
    assert.equal(await looked({ out: "terminated\\n" }, rules), "gone");
    assert.equal(await looked({ out: "running\\n" }, rules), "present");
    assert.equal(await looked({ out: "terminated\\nrunning\\n" }, rules), "cannot-tell");
    assert.equal(await looked({ out: "not terminated" }, rules), "present");
  });

  it("may have to say whose it is", async () => {
    const rules = { present_lines: ["{externalId} {id}"], gone_lines: ["terminated"] };
    assert.equal(await looked({ out: "x-1 d1" }, rules), "present");
    assert.equal(await looked({ out: "x-1 d2" }, rules), "cannot-tell");
    assert.equal(await looked({ out: "None" }, rules), "cannot-tell");
    assert.equal(await looked({ out: "x-1 d1\\nterminated" }, rules), "cannot-tell");
    assert.equal(await looked({ out: "terminated" }, rules), "gone");
  });

  it("says that there is nothing only where nobody complains", async () => {
    using workshop = new Workshop();
    const quiet = await answers(workshop, { code: 0 });
    assert.deepEqual(await quiet.find?.(target, never), { answer: "found", externalIds: [] });
    assert.deepEqual(await quiet.list?.("s", never), { answer: "listed", things: [], isComplete: true });
    const loud = await answers(workshop, { code: 0, err: "a page is missing" });
    assert.deepEqual(await loud.find?.(target, never), cannotTell(exited(0, "a page is missing")));
    assert.deepEqual(await loud.list?.("s", never), { answer: "listed", things: [], isComplete: false });
  });

  it("is an external id, or nothing can be told", async () => {
    using workshop = new Workshop();
    for (const out of ["x-1\\tx-2", " x-1", "x-1\\033[0m", "None", `x-${"1".repeat(1_100)}`]) {
      const provider = await answers(workshop, { code: 0, out }, { external_id_prefix: "x-" });
      assert.equal((await provider.find?.(target, never))?.answer, "cannot-tell", out);
    }
  });

  it("may have the external id first in the lines of a list", async () => {
    using workshop = new Workshop();
    const out = "x-1 d1\\n a1 2 \\td2\\n";
    const provider = await answers(workshop, { code: 0, out }, { list_begins_with: "external_id" });
    const things = [
      { id: "d1", externalId: "x-1" },
      { id: "d2", externalId: "a1 2" },
    ];
    assert.deepEqual(await provider.list?.("s", never), { answer: "listed", things, isComplete: true });
  });

  it("is read at once, whatever it is", { timeout: 20_000 }, async () => {
    using workshop = new Workshop();
    const flood = workshop.node("flood", "process.stdout.write('d1 x' + ' '.repeat(900_000) + '\\n')");
    for (const list_begins_with of ["id", "external_id"] as const) {
      const provider = await workshop.open({ free: ["true"], list: [flood], list_begins_with });
      const listing = await provider.list?.("s", never);
      assert.equal(listing?.answer, "listed");
    }
  });

  it("leaves a list incomplete where it cannot be read", async () => {
    using workshop = new Workshop();
    const out = "d1 x-1\\n<none> x-2\\nd3\\nd4 y-4\\n";
    const provider = await answers(workshop, { code: 0, out }, { external_id_prefix: "x-" });
    const things = [{ id: "d1", externalId: "x-1" }];
    assert.deepEqual(await provider.list?.("s", never), { answer: "listed", things, isComplete: false });
  });

  it("must be the account, where one is named", async () => {
    using workshop = new Workshop();
    const seen = async (out: string) =>
      (await answers(workshop, { code: 0, out }, { account: "of-{scope}" })).sees("here", never);
    assert.deepEqual(await seen("of-here"), { answer: "yes", as: "of-here" });
    assert.deepEqual(await seen("of-there"), {
      answer: "no",
      reason: "obey: the account is of-there, and must be of-here",
    });
    assert.deepEqual(await seen(""), cannotTell("it printed no account"));
  });

  it("is no proof of sight where it complains, unless it is the account", async () => {
    using workshop = new Workshop();
    const said = { code: 0, out: "7\n", err: "cannot connect\n" };
    const any = await answers(workshop, said);
    assert.deepEqual(await any.sees("here", never), cannotTell(exited(0, "cannot connect")));
    const named = await answers(workshop, said, { account: "7" });
    assert.deepEqual(await named.sees("here", never), { answer: "yes", as: "7" });
  });

  it("is UTF-8 where it is an id, and need not be where it is none", async () => {
    using workshop = new Workshop();
    const provider = await answers(workshop, { code: 0, out: "x-\\0377", err: "\\0377" });
    assert.deepEqual(await provider.find?.(target, never), cannotTell("it printed what is not UTF-8"));
    assert.deepEqual(await provider.look?.(target, never), cannotTell("it printed what is not UTF-8"));
    assert.deepEqual(await provider.free(target, never), { answer: "accepted" });
  });
});
