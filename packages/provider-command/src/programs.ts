import { basename } from "node:path";
import type { Operation } from "./check-settings.ts";
import { splitVariable } from "./environment.ts";
import { findProgram } from "./find-program.ts";
import type { CommandSettings } from "./settings.ts";

/** What is run for an operation. */
export interface Program {
  /** As it is called to people. */
  readonly name: string;
  readonly file: string;
  /** With placeholders. */
  readonly args: readonly string[];
}

export interface Programs extends Readonly<Record<Exclude<Operation, "free">, Program | undefined>> {
  readonly free: Program;
}

/** Throws where one of them is not there. */
export function programsOf(settings: CommandSettings): Programs {
  const locate = locating(settings);
  const { free = [], look, find, list, sees } = settings;
  return {
    free: locate("free", free),
    look: look && locate("look", look),
    find: find && locate("find", find),
    list: list && locate("list", list),
    sees: sees && locate("sees", sees),
  };
}

function locating({ directory, environment }: CommandSettings) {
  const searchPath = searchPathOf(environment);
  return (operation: Operation, [program = "", ...args]: readonly string[]): Program => {
    const file = findProgram(program, directory, searchPath);
    if (file === undefined) throw new Error(`${operation}: ${notFound(program, directory)}`);
    return { name: basename(program), file, args };
  };
}

/** That of the programs, which need not be the server's. */
function searchPathOf(environment: readonly string[]): string {
  const own = environment.map(splitVariable).findLast(([name]) => name === "PATH");
  return own?.[1] ?? process.env.PATH ?? "";
}

const notFound = (program: string, directory: string) =>
  program.includes("/")
    ? `there is no program ${program} in ${directory} that may be run`
    : `there is no program ${program} on the PATH; install it, or name its file`;
