/** An error as it crosses from a thread to the store. */
export interface Trouble {
  readonly message: string;
  readonly remedy: string;
}

/** Found by drett itself, which has not touched the database then. */
export class StoreRefused extends Error {
  override readonly name = "StoreRefused";
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** What the operator can do about SQLite's primary result codes (https://sqlite.org/rescode.html). */
const REMEDIES: { readonly [code: number]: string } = {
  5: "Another process holds the write lock of the database: end it, or wait until it is done.",
  6: "Another connection holds a lock on the database: wait until it is done.",
  8: "The database or its directory is not writable: check the file's owner, its mode, and whether the disk is mounted read-only.",
  10: "The disk reports an error: check the system log and the disk, then its free space.",
  11: "The database file is damaged: stop the server and restore a backup.",
  13: "The disk, or the space allotted to the database, is full: free some space; drett goes on by itself.",
  14: "The database cannot be opened: check that its directory exists and that the server may write there.",
  26: "The file is no database: restore a backup, or move it away to begin anew.",
};

const FULL = 13;
const BUSY = 5;

export function troubleOf(error: unknown): Trouble {
  if (error instanceof StoreRefused) return { message: error.message, remedy: error.remedy };
  const { message } = error as Error;
  const code = primaryCode(error);
  if (code === undefined) return { message, remedy: "Check the directory that holds the database." };
  return {
    message: `SQLite says: ${message}`,
    remedy: REMEDIES[code] ?? "See https://sqlite.org/rescode.html.",
  };
}

/** Whether the connection can go on being used: these leave it as it was. */
export function leavesConnectionSound(error: unknown): boolean {
  const code = primaryCode(error);
  return code === FULL || code === BUSY || error instanceof StoreRefused;
}

export const isBusy = (error: unknown) => primaryCode(error) === BUSY;

function primaryCode(error: unknown): number | undefined {
  const { errcode } = error as { errcode?: number };
  return errcode === undefined ? undefined : errcode & 0xff;
}
