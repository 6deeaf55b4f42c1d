import { mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";

const BOOT = "0b1ce5c2";

/** A /proc of a test's own, for what the real one does not show everywhere. Further files by their paths in it. */
export function procTree(
  t: TestContext,
  files: { readonly [path: string]: string } = {},
  namespaces: { readonly [kind: string]: string } = {},
): string {
  const proc = mkdtempSync(join(tmpdir(), "drett-proc-"));
  t.after(() => rmSync(proc, { recursive: true }));
  const all = {
    "sys/kernel/random/boot_id": `${BOOT}-6f6d-4f0e-9d5c-0a3f0e5f8b11\n`,
    "self/status": "CapEff:\t0000000000000000\n",
    "self/mountinfo": "22 1 0:20 / /proc rw,relatime - proc proc rw\n",
    uptime: "1000.00 900.00\n",
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(proc, path)), { recursive: true });
    writeFileSync(join(proc, path), text);
  }
  mkdirSync(join(proc, "self/ns"));
  for (const kind of ["pid", "uts"]) {
    const own = () => readlinkSync(`/proc/self/ns/${kind}`);
    symlinkSync(namespaces[kind] ?? own(), join(proc, `self/ns/${kind}`));
  }
  return proc;
}

/** What it tells of a process. */
export const statText = (pid: number, { start = "5000", state = "S", threads = 1, flags = 0 } = {}) =>
  `${pid} (a) Z 1 (b) ${state} 3 7 7 0 -1 ${flags} 0 0 0 0 0 0 0 0 20 0 ${threads} 0 ${start} 0 0\n`;

/** The external id of a process that is in such a tree. */
export const idInTree = (pid: number, start = "5000") =>
  `${BOOT}-${readlinkSync("/proc/self/ns/pid").replace(/\D/g, "")}-${pid}-${start}`;
