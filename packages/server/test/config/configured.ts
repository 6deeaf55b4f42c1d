import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { ConfigRefused } from "../../src/config/config-refused.ts";
import { type Config, readConfig } from "../../src/config/read-config.ts";
import { temporaryDirectory } from "../support/child-server.ts";

export type Files = { readonly [name: string]: string };

/** A directory with these files in it, gone after the test. */
export function directoryWith(t: TestContext, files: Files): string {
  const directory = temporaryDirectory(t);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

export const configured = (t: TestContext, files: Files, env: NodeJS.ProcessEnv = {}): Promise<Config> =>
  readConfig(directoryWith(t, files), env);

/** The message of the refusal, with the directory left out. */
export async function refusalOf(t: TestContext, files: Files, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const directory = directoryWith(t, files);
  const error = await readConfig(directory, env).then(
    () => assert.fail("it was read"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ConfigRefused, String(error));
  return error.message.replaceAll(`${directory}/`, "");
}

/** Where a value came from, with the directory left out. */
export function originOf({ shown, directory }: Config, name: string): string | undefined {
  return shown.find((it) => it.name === name)?.origin.replace(`${directory}/`, "");
}
