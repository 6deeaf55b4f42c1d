import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isRunning, never, target, until, Workshop } from "./workshop.ts";

/** Writes its number, and that of a process that it starts; neither ends on SIGTERM. */
const STUBBORN = "trap '' TERM; sleep 600 & echo $$ $! > pids; wait";

const pidsIn = async (workshop: Workshop) => (await workshop.written("pids")).split(" ").map(Number);

async function assertEnded(pids: readonly number[]): Promise<void> {
  assert.ok(pids.length > 0);
  for (const pid of pids) await until(`${pid} has ended`, () => !isRunning(pid));
}

describe("a program that runs", () => {
  it("is ended with all that it started when its time is up, also where it ignores SIGTERM", async () => {
    using workshop = new Workshop();
    const provider = await workshop.open({ free: [workshop.sh("stubborn", STUBBORN)], time_limit: 1 });
    const answer = await provider.free(target, never);
    assert.deepEqual(answer, {
      answer: "cannot-tell",
      reason: "stubborn: it took longer than 1 s, and was ended",
    });
    await assertEnded(await pidsIn(workshop));
  });

  it("is ended when it is called off", async () => {
    using workshop = new Workshop();
    const provider = await workshop.open({ free: [workshop.sh("stubborn", STUBBORN)] });
    const abort = new AbortController();
    const answer = provider.free(target, abort.signal);
    const pids = await pidsIn(workshop);
    abort.abort();
    assert.deepEqual(await answer, {
      answer: "cannot-tell",
      reason: "stubborn: it was called off, and was ended",
    });
    await assertEnded(pids);
  });

  it("is not started where it has been called off", async () => {
    using workshop = new Workshop();
    const provider = await workshop.open({ free: [workshop.sh("mark", "echo here > marked")] });
    assert.deepEqual(await provider.free(target, AbortSignal.abort()), {
      answer: "cannot-tell",
      reason: "mark: it was called off before it began",
    });
  });

  it("is ended when the provider is closed, which waits for it", async () => {
    using workshop = new Workshop();
    const provider = await workshop.open({ free: [workshop.sh("stubborn", STUBBORN)] });
    const answer = provider.free(target, never);
    const pids = await pidsIn(workshop);
    await provider.close?.();
    await assertEnded(pids);
    assert.equal((await answer).answer, "cannot-tell");
    assert.equal((await provider.free(target, never)).answer, "cannot-tell");
  });

  it("may ask for time to tidy up, which SIGTERM gives it", async () => {
    using workshop = new Workshop();
    const tidy = workshop.sh(
      "tidy",
      "trap 'echo tidy > tidied; exit 0' TERM; echo > ready; sleep 600 & wait",
    );
    const provider = await workshop.open({ free: [tidy] });
    const abort = new AbortController();
    const answer = provider.free(target, abort.signal);
    await until("it is ready", () => workshop.has("ready"));
    abort.abort();
    assert.equal((await answer).answer, "cannot-tell");
    assert.equal(await workshop.written("tidied"), "tidy");
  });

  it("leaves nothing behind in its group", async () => {
    using workshop = new Workshop();
    const leaver = workshop.sh(
      "leaver",
      "trap '' TERM; sleep 600 </dev/null >/dev/null 2>&1 & echo $! > pids",
    );
    const provider = await workshop.open({ free: [leaver] });
    assert.deepEqual(await provider.free(target, never), { answer: "accepted" });
    await assertEnded(await pidsIn(workshop));
  });

  it("cannot say anything while something else holds its output open", async (t) => {
    using workshop = new Workshop();
    const source = `
      import { spawn } from "node:child_process";
      import { writeFileSync } from "node:fs";
      const away = { detached: true, stdio: ["ignore", "inherit", "inherit"] };
      const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 600_000)"], away);
      child.unref();
      writeFileSync("pids", String(child.pid));
      console.log("x-1");`;
    const provider = await workshop.open({ free: ["true"], find: [workshop.node("away.mjs", source)] });
    const answer = await provider.find?.(target, never);
    const [pid = 0] = await pidsIn(workshop);
    t.after(() => process.kill(pid, "SIGKILL"));
    assert.deepEqual(answer, {
      answer: "cannot-tell",
      reason: "away.mjs: it left a process behind that holds its output open",
    });
  });

  it("may print so much and no more, and is ended then", async () => {
    using workshop = new Workshop();
    const flood = workshop.node("flood.mjs", "for (;;) process.stdout.write('x'.repeat(4096));");
    const moan = workshop.node("moan.mjs", "for (;;) process.stderr.write('x'.repeat(4096));");
    const provider = await workshop.open({ free: [flood], look: [moan], output_limit: 10_000 });
    const reason = (name: string) => `${name}: it printed more than 10000 bytes, and was ended`;
    assert.deepEqual(await provider.free(target, never), {
      answer: "cannot-tell",
      reason: reason("flood.mjs"),
    });
    assert.deepEqual(await provider.look?.(target, never), {
      answer: "cannot-tell",
      reason: reason("moan.mjs"),
    });
  });

  it("is all there is to its output, up to the limit", async () => {
    using workshop = new Workshop();
    const source = "process.stdout.write('x-1\\n' + 'x'.repeat(1000) + '\\n' + '\\n'.repeat(19_000 - 5))";
    const provider = await workshop.open({
      free: ["true"],
      find: [workshop.node("much.mjs", source)],
      output_limit: 20_000,
    });
    const answer = await provider.find?.(target, never);
    assert.deepEqual(answer, { answer: "found", externalIds: ["x-1", "x".repeat(1_000)] });
  });

  it("says nothing by a signal", async () => {
    using workshop = new Workshop();
    const provider = await workshop.open({ free: [workshop.sh("shot", "kill -9 $$")] });
    assert.deepEqual(await provider.free(target, never), {
      answer: "cannot-tell",
      reason: "shot: it was ended by SIGKILL",
    });
  });

  it("need not read what it is told", async () => {
    using workshop = new Workshop();
    const provider = await workshop.open({ free: [workshop.sh("deaf", "exec <&-; exit 0")] });
    const data = { much: "x".repeat(200_000) };
    assert.deepEqual(await provider.free({ ...target, data }, never), { answer: "accepted" });
  });

  it("may be gone, or be no program at all", async () => {
    using workshop = new Workshop();
    const provider = await workshop.open({
      free: [workshop.sh("gone", "")],
      look: [workshop.sh("nonsense", "")],
    });
    workshop.remove("gone");
    workshop.overwrite("nonsense", "#!/no/such/interpreter\n");
    assert.deepEqual(await provider.free(target, never), {
      answer: "cannot-tell",
      reason: "gone: it cannot be started: ENOENT",
    });
    assert.deepEqual(await provider.look?.(target, never), {
      answer: "cannot-tell",
      reason: "nonsense: it cannot be started: ENOENT",
    });
  });

  it("gets its arguments as long as the system takes them", async () => {
    using workshop = new Workshop();
    const provider = await workshop.open({ free: ["true", "{data.much}"] });
    const data = { much: "x".repeat(4_000_000) };
    assert.deepEqual(await provider.free({ ...target, data }, never), {
      answer: "cannot-tell",
      reason: "true: it cannot be started: E2BIG",
    });
  });

  it("answers many at once, each for itself", async () => {
    using workshop = new Workshop();
    const provider = await workshop.open({
      free: ["true"],
      find: [workshop.sh("echo", 'echo "x-$DRETT_ID"')],
    });
    const ids = Array.from({ length: 20 }, (_, n) => `d${n}`);
    const found = await Promise.all(ids.map(async (id) => provider.find?.({ ...target, id }, never)));
    assert.deepEqual(
      found,
      ids.map((id) => ({ answer: "found", externalIds: [`x-${id}`] })),
    );
  });
});
