import { accessSync, constants, statSync } from "node:fs";
import { delimiter, resolve } from "node:path";

/** The file of a program: a path against the directory, or a name that is looked for on the search path. */
export function findProgram(program: string, directory: string, searchPath: string): string | undefined {
  const folders = program.includes("/") ? [directory] : searchPath.split(delimiter).filter(Boolean);
  return folders.map((folder) => resolve(folder, program)).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
