import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Target } from "@drett/core";
import { externalIdOf } from "../src/index.ts";

export const SCOPE = "this-machine";

export interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly externalId: string;
  /** What it said first. */
  readonly said: string;
}

/** Processes of a test, which end with it. */
export class Processes implements AsyncDisposable {
  readonly #started = new Map<string, ChildProcess>();

  /** Starts a shell script that says something, and becomes another program. */
  async start(script: string, environment: NodeJS.ProcessEnv = {}, becomes = "sleep"): Promise<Started> {
    const { DRETT_RESOURCE: _, ...rest } = process.env;
    const child = spawn("sh", ["-c", script], {
      env: { ...rest, ...environment },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pid = child.pid as number;
    const externalId = externalIdOf(pid);
    this.#started.set(externalId, child);
    const [said] = await once(child.stdout, "data");
    await until(`it is ${becomes}`, () => readFileSync(`/proc/${pid}/comm`, "utf8") === `${becomes}\n`);
    return { child, pid, externalId, said: String(said).trim() };
  }

  readonly sleep = (id: string) => this.start("echo here; exec sleep 600", { DRETT_RESOURCE: id });

  /** What is ignored stays ignored by the program that comes next. */
  readonly deaf = (id: string) =>
    this.start("trap '' TERM; echo here; exec sleep 600", { DRETT_RESOURCE: id });

  /** As its parent sees it, which is this process. */
  isRunning(externalId: string): boolean {
    const child = this.#started.get(externalId);
    assert.ok(child, `${externalId} was not started here`);
    return child.exitCode === null && child.signalCode === null;
  }

  async end(externalId: string): Promise<void> {
    if (!this.isRunning(externalId)) return;
    const child = this.#started.get(externalId) as ChildProcess;
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const externalId of this.#started.keys()) await this.end(externalId);
  }
}

/** The same process, had another one had its pid before: it began a moment earlier. */
export const earlier = (externalId: string) =>
  externalId.replace(/\d+$/, (start) => String(Number(start) - 1));

export const targetOf = (id: string, externalId: string, more: Partial<Target> = {}): Target => ({
  id,
  externalId,
  type: "process",
  owner: "me",
  application: "test",
  scope: SCOPE,
  since: Date.now(),
  ...more,
});

export const inTime = () => new AbortController().signal;

export async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await isSo())) {
    assert.ok(performance.now() < end, `not so within 30 s: ${what}`);
    await pause(10);
  }
}
