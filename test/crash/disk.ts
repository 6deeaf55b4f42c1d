import { mkdirSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The types of statfs(2) that keep nothing when the machine stops. */
const MEMORY: ReadonlyMap<number, string> = new Map([
  [0x01021994, "tmpfs"],
  [0x858458f6, "ramfs"],
]);

const BASE =
  process.env.DRETT_CRASH_DIRECTORY ?? fileURLToPath(new URL("../../.cache/crash", import.meta.url));

/** Why the data would not lie on a disk here; nothing where they would. */
export function notOnDisk(): string | undefined {
  mkdirSync(BASE, { recursive: true });
  const kind = MEMORY.get(statfsSync(BASE).type);
  return kind === undefined
    ? undefined
    : `${BASE} is ${kind}, which is memory: name a directory on a disk in DRETT_CRASH_DIRECTORY`;
}

/** An empty directory on a disk, for one store. */
export function directoryOnDisk(name: string): string {
  const refused = notOnDisk();
  if (refused !== undefined) throw new Error(refused);
  const directory = join(BASE, `${process.pid}-${name}`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  return directory;
}
