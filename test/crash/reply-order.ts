import type { SystemCall } from "./strace.ts";

/** A command that was acknowledged: a text that only its own commit writes, and the id in its reply. */
export interface Acknowledged {
  readonly marker: string;
  readonly id: string;
  /** How many replies with that id came before this one. */
  readonly earlier: number;
}

/** What is wrong with the order of its system calls; nothing where the reply left after its commit was synced. */
export function wrongOrder(
  calls: readonly SystemCall[],
  { marker, id, earlier }: Acknowledged,
): string | undefined {
  const reply = repliesWith(calls, id)[earlier];
  if (!reply) return `no reply to ${marker} was seen to leave`;
  const written = calls.find((call) => isWalWrite(call) && call.args.includes(marker));
  if (!written) return `${marker} was answered, and never written`;
  // One thread writes a whole transaction and then syncs it: its next sync is that of this commit.
  const synced = calls.find(
    (call) => isWalSync(call) && call.thread === written.thread && call.start > written.end,
  );
  if (!synced) return `${marker} was answered at line ${reply.start}, and never synced`;
  if (synced.result !== "0") return `the sync of ${marker} returned ${synced.result ?? "never"}`;
  if (synced.end >= reply.start) {
    return `${marker} was answered at line ${reply.start}, before its sync returned at line ${synced.end}`;
  }
  return undefined;
}

/** Whether the log was synced, whoever wrote it, before the first reply with this id left. */
export function isSyncedBefore(calls: readonly SystemCall[], id: string): boolean {
  const [reply] = repliesWith(calls, id);
  if (!reply) return false;
  return calls.some((call) => isWalSync(call) && call.result === "0" && call.end < reply.start);
}

/** The replies of success that hold the id, in the order in which they left. */
export function repliesWith(calls: readonly SystemCall[], id: string): readonly SystemCall[] {
  return calls.filter(
    ({ name, args }) =>
      SENDS.has(name) && /"(HTTP\/1\.1|Status:) 20/.test(args) && args.includes(String.raw`\"id\":\"${id}\"`),
  );
}

const SENDS = new Set(["write", "writev", "sendto", "sendmsg"]);
const WAL = /^\d+<[^>]*\/drett\.db-wal>/;
const isWalWrite = ({ name, args }: SystemCall) => /^p?write/.test(name) && WAL.test(args);
const isWalSync = ({ name, args }: SystemCall) => /^f(data)?sync$/.test(name) && WAL.test(args);
