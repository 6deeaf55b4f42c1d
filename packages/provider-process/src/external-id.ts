import { type Place, PROC, placeIn, statIn } from "./proc.ts";

/** One process, and no other one that ever has its pid: a pid is used again, the rest with it is not. */
export interface Identity extends Place {
  readonly pid: number;
  readonly start: string;
}

const FORM = /^([0-9a-f]{8})-(\d{1,10})-([1-9]\d{0,8})-(\d{1,20})$/;

export const formatExternalId = ({ boot, namespace, pid, start }: Identity) =>
  `${boot}-${namespace}-${pid}-${start}`;

export function parseExternalId(text: string): Identity | undefined {
  const [, boot, namespace, pid, start] = FORM.exec(text) ?? [];
  if (boot === undefined || namespace === undefined || start === undefined) return undefined;
  return { boot, namespace, pid: Number(pid), start };
}

/**
 * What an engine reports of a process that it has started: `<boot>-<PID namespace>-<pid>-<start>`. Throws where there
 * is no such process.
 */
export function externalIdOf(pid: number): string {
  const stat = statIn(PROC, pid);
  if (stat === undefined) throw new Error(`there is no process ${pid}`);
  return formatExternalId({ ...placeIn(PROC), pid, start: stat.start });
}
