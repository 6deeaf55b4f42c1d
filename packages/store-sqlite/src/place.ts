import { closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { join } from "node:path";

const OWN = 0o700;
const NO_PROGRAM = 0o666;

/**
 * Makes the directory where it is missing, for its owner alone, and the files that are not there yet: they have no rights
 * but those of their directory, whatever the umask says. SQLite gives `-wal` and `-shm` those of the file itself.
 */
export function makePlace(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: OWN });
  const mode = statSync(directory).mode & NO_PROGRAM;
  for (const name of ["drett.db", "server.lock", "server.pid"]) makeFile(join(directory, name), mode);
}

/** One that is there is not even opened: to close it would drop the locks that this process holds on it. */
function makeFile(path: string, mode: number): void {
  try {
    closeSync(openSync(path, "ax", mode));
  } catch {
    // It is there; or else SQLite says what is wrong with the place.
  }
}
