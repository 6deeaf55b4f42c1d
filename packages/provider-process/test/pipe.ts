import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";

/** A file whose reader waits until somebody writes. */
export function pipeAt(path: string): string {
  assert.equal(spawnSync("mkfifo", [path]).status, 0);
  return path;
}

export function hasReader(pipe: string): boolean {
  try {
    closeSync(openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK));
    return true;
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "ENXIO");
    return false;
  }
}
