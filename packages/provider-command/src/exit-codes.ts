/**
 * What a program says by how it exits. None of these is used by a shell, by `timeout`, by curl or by the tools of a
 * cloud, so that one which has never heard of drett says nothing by accident.
 */
export const EXIT = {
  done: 0,
  gone: 110,
  cannotTell: 111,
  denied: 112,
  later: 113,
  /** Of `list` alone: what is printed exists, and there may be more. */
  incomplete: 114,
} as const;

/** A shell found no program, or one that it may not run: what it says of that is no word about any resource. */
export const SHELL_FAILED: readonly number[] = [126, 127];
