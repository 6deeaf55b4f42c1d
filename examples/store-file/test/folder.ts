import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const freshFolder = () => mkdtemp(join(tmpdir(), "drett-file-"));
