import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Hidden } from "./carriers.ts";

/** Whose processes may carry a drett id: everybody's, or those of the server's own user alone. */
export type Users = "all" | "own";

const CAP_SYS_PTRACE = 1n << 19n;
const [LATE_MS, TICK_MS] = [3_600_000, 10];

/** Why something could exist and not be seen, with the rights of this server. */
export function obstacleIn(proc: string, users: Users): string | undefined {
  if (mayLookIntoAll(proc)) return undefined;
  const hidepid = hidepidIn(proc);
  if (hidepid !== undefined) {
    return `/proc is mounted with hidepid=${hidepid}: give the server CAP_SYS_PTRACE, or mount it without`;
  }
  if (users === "own") return undefined;
  return "other users' processes hide their environment: run the server as root, or set `users: own` if all that is to be found runs as the server's user";
}

function mayLookIntoAll(proc: string): boolean {
  const [, effective = "0"] =
    /^CapEff:\s+([0-9a-f]+)/m.exec(readFileSync(join(proc, "self/status"), "utf8")) ?? [];
  return (BigInt(`0x${effective}`) & CAP_SYS_PTRACE) !== 0n;
}

function hidepidIn(proc: string): string | undefined {
  const mounts = readFileSync(join(proc, "self/mountinfo"), "utf8");
  const options = mounts.split("\n").findLast((line) => line.split(" ")[4] === "/proc");
  const [, hidepid] = /[ ,]hidepid=(\w+)/.exec(options ?? "") ?? [];
  return hidepid === "0" || hidepid === "off" ? undefined : hidepid;
}

/** Those of the hidden that could be one of which drett heard then; clocks differ, and engines may report late. */
export function suspects(
  proc: string,
  hidden: readonly Hidden[],
  users: Users,
  since = 0,
): readonly Hidden[] {
  const own = process.getuid?.();
  const [uptime = "0"] = readFileSync(join(proc, "uptime"), "utf8").split(" ");
  const boot = Date.now() - Number(uptime) * 1_000;
  return hidden.filter(
    (it) =>
      (users === "all" || it.users.includes(own as number)) &&
      boot + Number(it.start) * TICK_MS > since - LATE_MS,
  );
}
