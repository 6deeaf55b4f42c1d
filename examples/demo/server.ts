import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface Served {
  readonly url: string;
  readonly stop: () => void;
}

/** A server of the demo's own, with its policy and its provider, in a temporary directory. */
export async function startServer(): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), "drett-demo-"));
  cpSync(new URL("config", import.meta.url).pathname, folder, { recursive: true });
  const program = new URL("../../packages/server/bin/drett-server.js", import.meta.url).pathname;
  const server = spawn(process.execPath, [program, folder], {
    env: { ...process.env, DRETT_PORT: "0", DRETT_LOG_LEVEL: "error" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const stop = () => server.kill("SIGTERM");
  // Also where somebody interrupts it; what was started runs out by itself then.
  process.once("SIGINT", () => process.exit(130));
  process.once("exit", () => {
    stop();
    rmSync(folder, { recursive: true, force: true });
  });
  for await (const line of createInterface(server.stdout)) {
    const [url] = /http:\/\/\S+:\d+/.exec(line) ?? [];
    if (url) return { url, stop };
  }
  throw new Error("The server ended before it was ready.");
}
