import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";

/** A cloud that anybody has at home: its machines are processes that sleep, found by the drett id in their environment. */
export const cloud = {
  /** Returns the external id: the process id. */
  async boot(id: string): Promise<string> {
    const machine = spawn("sleep", ["600"], {
      detached: true,
      stdio: "ignore",
      env: { ...process.env, DRETT_ID: id },
    });
    await once(machine, "spawn");
    machine.unref();
    return String(machine.pid);
  },

  destroy(externalId: string): void {
    process.kill(Number(externalId), "SIGTERM");
  },

  /** What runs under the drett id, asked as a person would: with ps. */
  find(id: string): readonly string[] {
    const lines = execFileSync("ps", ["axeww", "-o", "pid=,args="], { encoding: "utf8" }).split("\n");
    return lines.flatMap((line) =>
      line.includes(`DRETT_ID=${id}`) ? [line.trim().split(" ")[0] as string] : [],
    );
  },
};
