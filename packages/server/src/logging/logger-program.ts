import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where the program `logger` of util-linux is, which can write to a local syslog socket; or why that cannot be done. */
export function findLoggerProgram(
  socket: string,
  searchPath: string,
): { path: string } | { missing: string } {
  if (!existsSync(socket)) return { missing: `there is no ${socket} on this machine` };
  const path = searchPath
    .split(delimiter)
    .map((folder) => join(folder, "logger"))
    .find(isExecutable);
  if (path === undefined) {
    return { missing: "it needs the program logger (Debian: bsdutils), which is not on the PATH" };
  }
  const { status } = spawnSync(path, ["--prio-prefix", "--version"], { timeout: 2_000, stdio: "ignore" });
  return status === 0 ? { path } : { missing: `${path} is not the one of util-linux, which can mark levels` };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
