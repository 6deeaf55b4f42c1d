import { spawnSync } from "node:child_process";

/** A system call; `start` and `end` are the lines at which it was seen to begin and to return. */
export interface SystemCall {
  readonly thread: string;
  readonly name: string;
  /** As strace writes them: each descriptor with what it stands for, texts with their quotes escaped. */
  readonly args: string;
  readonly start: number;
  end: number;
  /** Absent where it never returned. */
  result?: string;
}

const CALLS = "write,writev,sendto,sendmsg,pwrite64,pwritev,fsync,fdatasync";

/** The command that writes down what a program sends and syncs, whole pages included. */
export const straceTo = (file: string): readonly string[] =>
  ["strace", "-f", "-yy", "-s", "5000", "-e", `trace=${CALLS}`, "-o", file] as const;

/** Why no program can be traced here, and what to do about it; nothing where it can. */
export function notTraceable(): string | undefined {
  if (process.platform !== "linux")
    return "system calls are traced on Linux only: run it there, or in a container";
  const [program = "", ...args] = straceTo("/dev/null");
  const { error, status, stderr } = spawnSync(program, [...args, process.execPath, "-e", ""], {
    encoding: "utf8",
  });
  if (error) return "strace is missing: apt-get install strace, or dnf install strace";
  if (status === 0) return undefined;
  return `strace may not trace here (${stderr.trim().split("\n")[0]}): in a container, add --cap-add=SYS_PTRACE`;
}

const WHOLE = /^(\d+) +(\w+)\((.*)\) += (-?\d+|\?)/;
const BEGUN = /^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$/;
const RESUMED = /^(\d+) +<\.\.\. (\w+) resumed>(.*)\) += (-?\d+|\?)/;

/** The calls in the order in which they began; one that others interrupted is put together again. */
export function parseStrace(text: string): readonly SystemCall[] {
  const calls: SystemCall[] = [];
  const open = new Map<string, SystemCall>();
  for (const [line, content] of text.split("\n").entries()) {
    const [, resumedThread = "", , , resumedResult = ""] = RESUMED.exec(content) ?? [];
    const interrupted = open.get(resumedThread);
    if (interrupted) {
      open.delete(resumedThread);
      interrupted.end = line;
      interrupted.result = resumedResult;
      continue;
    }
    const [, begunThread, begunName = "", begunArgs = ""] = BEGUN.exec(content) ?? [];
    if (begunThread !== undefined) {
      const call = { thread: begunThread, name: begunName, args: begunArgs, start: line, end: Infinity };
      calls.push(call);
      open.set(begunThread, call);
      continue;
    }
    const [, thread, name = "", args = "", result = ""] = WHOLE.exec(content) ?? [];
    if (thread !== undefined) calls.push({ thread, name, args, start: line, end: line, result });
  }
  return calls;
}
