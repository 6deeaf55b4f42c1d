import {
  chownSync,
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { faultIn } from "@drett/core";
import { Type } from "typebox";
import { KeyEntry } from "./key-entry.ts";

/** The file of the keys cannot be used; the message says why, and what to do. */
export class KeysRefused extends Error {
  override readonly name = "KeysRefused";
}

export const keyFileIn = (directory: string) => join(directory, "keys.json");

const KeyFile = Type.Object(
  { version: Type.Literal(1), keys: Type.Array(KeyEntry) },
  { additionalProperties: false },
);

const OTHERS = 0o077;
const isPosix = process.platform !== "win32";

/** The keys in the file; none where there is no file. */
export function readKeyFile(path: string): readonly KeyEntry[] {
  const text = readPrivate(path);
  if (text === undefined) return [];
  const value = parse(text, path);
  const fault = faultIn(KeyFile, value);
  if (fault)
    throw new KeysRefused(`${path} is not as drett wrote it: ${fault.detail} Restore it from a backup.`);
  return (value as { keys: readonly KeyEntry[] }).keys;
}

function readPrivate(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new KeysRefused(`${message}\n  It must belong to the user that drett runs as: chown it.`);
  }
  try {
    if (isPosix && (fstatSync(file).mode & OTHERS) !== 0) {
      throw new KeysRefused(`${path} can be read or written by others: chmod 600 ${path}`);
    }
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new KeysRefused(`${path} is not JSON. Restore it from a backup.`);
  }
}

type Change<Result> = (keys: readonly KeyEntry[]) => {
  readonly keys: readonly KeyEntry[];
  readonly result: Result;
};

/**
 * Changes the keys. Whoever reads the file meanwhile finds the old ones or the new ones, also after a crash; of two who
 * change it at once, one is refused.
 */
export function changeKeyFile<Result>(path: string, change: Change<Result>): Result {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.new`;
  const result = replaceBy(openDraft(draft), draft, path, change);
  syncDirectory(dirname(path));
  return result;
}

/** Once it has taken its place, a draft of that name is somebody else's: only one that was not used is removed. */
function replaceBy<Result>(file: number, draft: string, path: string, change: Change<Result>): Result {
  try {
    const { keys, result } = change(readKeyFile(path));
    writeFileSync(file, writtenOut(keys));
    fsyncSync(file);
    giveToOwner(draft, path);
    renameSync(draft, path);
    return result;
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** What could not be read again would lock everybody out. */
function writtenOut(keys: readonly KeyEntry[]): string {
  const content = { version: 1, keys };
  const fault = faultIn(KeyFile, content);
  if (fault)
    throw new KeysRefused(`the keys stay as they were, for this could not be read again: ${fault.detail}`);
  return `${JSON.stringify(content, null, 2)}\n`;
}

function openDraft(draft: string): number {
  try {
    return openSync(draft, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new KeysRefused(
      `${draft} is there: another command is changing the keys. If none is, one was interrupted: rm ${draft}`,
    );
  }
}

/** What root writes must stay readable for the user that drett runs as. */
function giveToOwner(draft: string, path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(path, { throwIfNoEntry: false }) ?? statSync(dirname(path));
  chownSync(draft, uid, gid);
}

function syncDirectory(path: string): void {
  if (!isPosix) return;
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
