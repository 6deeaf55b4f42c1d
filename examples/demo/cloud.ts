import { spawn } from "node:child_process";
import { once } from "node:events";
import { externalIdOf } from "@drett/provider-process/external-id";

/** A cloud that anybody has at home: its machines are processes that sleep, found by the drett id in their environment. */
export const cloud = {
  /** Returns the external id. */
  async boot(id: string): Promise<string> {
    return run(["sleep", "600"], { DRETT_RESOURCE: id });
  },

  /** One that does not heed SIGTERM. */
  async bootStubborn(id: string): Promise<string> {
    return run(["sh", "-c", "trap '' TERM; exec sleep 600"], { DRETT_RESOURCE: id });
  },

  /** One that does not carry its drett id, so that nobody can be sure whose it is. */
  async bootUnnamed(): Promise<string> {
    return run(["sleep", "120"], { DRETT_RESOURCE: "" });
  },

  destroy(externalId: string): void {
    process.kill(pidOf(externalId), "SIGTERM");
  },
};

const pidOf = (externalId: string) => Number(externalId.split("-").at(-2));

async function run([program = "", ...parameters]: string[], variables: object): Promise<string> {
  const machine = spawn(program, parameters, {
    detached: true,
    stdio: "ignore",
    env: { ...process.env, ...variables },
  });
  await once(machine, "spawn");
  machine.unref();
  return externalIdOf(machine.pid as number);
}
