import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Provider, Target } from "@drett/core";
import { type CommandSettings, plugin } from "../src/index.ts";

/** A folder with programs, and a provider that runs them. */
export class Workshop implements Disposable {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), "drett-command-")));
  readonly warnings: string[] = [];

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** A program for Node, as its name in the folder. */
  node(name: string, source: string): string {
    return this.#program(name, `#!${process.execPath}\n${source}`);
  }

  /** One for the shell. */
  sh(name: string, source: string): string {
    return this.#program(name, `#!/bin/sh\n${source}`);
  }

  file(name: string): string {
    return join(this.path, name);
  }

  has(name: string): boolean {
    return existsSync(this.file(name));
  }

  remove(name: string): void {
    rmSync(this.file(name));
  }

  /** What may be run stays so. */
  overwrite(name: string, text: string): void {
    writeFileSync(this.file(name), text);
  }

  /** What a program has written, when it has. */
  async written(name: string): Promise<string> {
    await until(`${name} is written`, () => this.has(name) && this.#text(name) !== "");
    return this.#text(name).trim();
  }

  open(settings: Partial<CommandSettings>): Promise<Provider> {
    const all = { ...defaults(), directory: this.path, ...settings } as CommandSettings;
    return plugin.open(all, { directory: this.path, warn: (message) => this.warnings.push(message) });
  }

  #program(name: string, text: string): string {
    this.overwrite(name, text);
    chmodSync(this.file(name), 0o755);
    return `./${name}`;
  }

  #text(name: string): string {
    return readFileSync(this.file(name), "utf8");
  }
}

const defaults = () =>
  Object.fromEntries(
    Object.entries(plugin.settings).map(([name, setting]) => [
      name,
      "default" in setting ? setting.default : undefined,
    ]),
  );

export const target: Target = {
  id: "d1",
  externalId: "x-1",
  type: "thing",
  owner: "jo",
  application: "probe",
  since: Date.UTC(2026, 0, 2),
};

export const never = new AbortController().signal;

/** Asks again until it is so; fails after a bound far beyond what it takes. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const started = performance.now();
  while (!isSo()) {
    if (performance.now() - started > 20_000) throw new Error(`not so within 20 s: ${what}`);
    await pause(10);
  }
}

/** A process that has ended, and waits for its parent to notice, is not there. */
export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !/\) [ZX] /.test(stat);
  } catch {
    return process.platform === "linux" ? false : answers(pid);
  }
}

function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
