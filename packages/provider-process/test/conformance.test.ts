import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testProvider } from "@drett/conformance";
import { openProcesses } from "../src/index.ts";
import { earlier, Processes, SCOPE } from "./processes.ts";

const deviations = [
  {
    test: "ending: answers cannot-tell where nobody answered until its signal aborted",
    reason:
      "the kernel always answers a look; what it may delay, reading an environment, is tested in find.test.ts",
  },
];

testProvider(
  "process",
  () => {
    const processes = new Processes();
    const folder = mkdtempSync(join(tmpdir(), "drett-process-"));
    const proc = join(folder, "proc");
    symlinkSync("/proc", proc);
    return {
      provider: openProcesses({ scope: SCOPE, graceSeconds: 0.2, users: "own", proc }),
      about: { scope: SCOPE, type: "process" },
      create: async (id) => (await processes.sleep(id)).externalId,
      exists: async (externalId) => processes.isRunning(externalId),
      remove: (externalId) => processes.end(externalId),
      createStubborn: async (id) => (await processes.deaf(id)).externalId,
      // One that runs under this external id, and says nothing of the drett id.
      createDenied: async () => (await processes.start("echo here; exec sleep 600")).externalId,
      async createReplaced(id) {
        const { externalId } = await processes.sleep(id);
        return { former: earlier(externalId), successor: externalId };
      },
      blind: () => rmSync(proc),
      async dispose() {
        await processes[Symbol.asyncDispose]();
        rmSync(folder, { recursive: true });
      },
    };
  },
  { deviations },
);
