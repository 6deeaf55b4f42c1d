import { StoreUnavailable } from "@drett/core";

const REMEDIES: { readonly [code: string]: string } = {
  ENOSPC: "Free some space on the disk; drett goes on by itself.",
  EFBIG: "Let the server write larger files; drett goes on by itself.",
  EROFS: "Set `directory` to a folder that can be written: this one is mounted read-only.",
  EACCES: "Let the server write in the folder that `directory` names.",
  ENOTDIR: "Set `directory` to a folder: this is none.",
  EEXIST: "Set `directory` to a folder: this is none.",
  EIO: "Check the system log: the disk reports an error.",
};

/** What the system says, with what the operator can do about it. A mistake of one's own stays what it is. */
export function troubleOf(error: unknown): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  return new StoreUnavailable(message, REMEDIES[code] ?? "Check the folder that `directory` names.", {
    cause: error,
  });
}
