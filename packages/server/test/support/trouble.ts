import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { type TestContext } from "node:test";
import type { ChildAnswer, ChildServer } from "./child-server.ts";
import { checkAnswer } from "./contract.ts";
import { intent } from "./test-server.ts";

/** Holds the write lock of a database in a process of its own; returns how to let it go. */
export async function holdLock(t: TestContext, file: string): Promise<() => Promise<void>> {
  const script = `
    const db = new (require("node:sqlite").DatabaseSync)(${JSON.stringify(file)});
    db.exec("BEGIN IMMEDIATE");
    console.log("locked");
    process.stdin.on("end", () => db.exec("ROLLBACK")).resume();`;
  const holder = spawn(process.execPath, ["-e", script], { stdio: ["pipe", "pipe", "inherit"] });
  t.after(() => holder.kill("SIGKILL"));
  await once(holder.stdout, "data");
  return async () => {
    holder.stdin.end();
    await once(holder, "close");
  };
}

/** A client that remembers what it was told. */
export class Witness {
  readonly child: ChildServer;
  readonly acknowledged: string[] = [];
  #sent = 0;

  constructor(child: ChildServer) {
    this.child = child;
  }

  /** Registers one more resource, which takes some room. */
  async register(): Promise<ChildAnswer> {
    const id = `vm-${++this.#sent}`;
    const data = { note: "x".repeat(16_000) };
    const answer = await this.child.send("POST", "/v1/resources", { id, ...intent, data });
    checkAnswer("POST", "/v1/resources", answer);
    if (answer.status === 201) this.acknowledged.push(id);
    return answer;
  }

  /** Goes on until the store does not take any more, and holds what is said then. */
  async registerUntilRefused(atMost: number): Promise<void> {
    for (let count = 0; count < atMost; count++) {
      const answer = await this.register();
      if (answer.status !== 201) return this.refused(answer);
    }
    assert.fail(`${atMost} were taken`);
  }

  refused(answer: ChildAnswer): void {
    const { code } = checkAnswer("POST", "/v1/resources", answer);
    assert.deepEqual([answer.status, code], [503, "store-unavailable"]);
    assert.match(String(answer.headers["retry-after"]), /^[1-9]\d*$/);
  }

  /** Everything that was acknowledged can be read, and nothing else is there. */
  async checkAll(): Promise<void> {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const after: string = cursor === null ? "" : `&cursor=${cursor}`;
      const answer = await this.child.send("GET", `/v1/resources?limit=1000${after}`);
      const body = checkAnswer("GET", "/v1/resources", answer);
      seen.push(...(body.items as { id: string }[]).map(({ id }) => id));
      cursor = body.next as string | null;
    } while (cursor !== null);
    assert.deepEqual(new Set(seen), new Set(this.acknowledged));
  }

  /** Readiness is red while it lasts; a write that gets through turns it green. */
  async ready(): Promise<number> {
    return (await this.child.send("GET", "/readyz")).status;
  }
}

/** Why a program cannot be used here; nothing where it can. */
export function missing(program: string, ...args: readonly string[]): string | undefined {
  const { status, error, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (error) return `${program} is not installed`;
  return status === 0 ? undefined : `${program} is not permitted here: ${stderr.trim().split("\n")[0] ?? ""}`;
}
