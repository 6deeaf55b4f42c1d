import type { ChildProcessWithoutNullStreams } from "node:child_process";

export interface Printed {
  readonly stdout: Buffer;
  /** What is not UTF-8 in it is replaced: it is for people, and to look for texts in. */
  readonly stderr: string;
}

/** Keeps what a program prints, up to a limit for all of it. */
export function collect(
  { stdout, stderr }: ChildProcessWithoutNullStreams,
  limit: number,
  onTooMuch: () => void,
): () => Printed {
  let left = limit;
  const keep = (chunks: Buffer[]) => (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) onTooMuch();
    else chunks.push(chunk);
  };
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  stdout.on("data", keep(out));
  stderr.on("data", keep(err));
  return () => ({ stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString("utf8") });
}
