import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface Served {
  readonly url: string;
  /** Stops it, if it was started here. */
  readonly stop: () => void;
}

/** The server that DRETT_URL names, or one that runs here already, or else one of its own in a temporary directory. */
export async function serverToUse(): Promise<Served> {
  const named = process.env.DRETT_URL;
  const url = named ?? "http://127.0.0.1:5001";
  if (await isDrett(url)) return { url, stop() {} };
  if (named !== undefined) throw new Error(`No drett answers at ${named}, which DRETT_URL names.`);
  return startOne();
}

async function isDrett(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/healthz`);
    return answer.ok && ((await answer.json()) as { status?: string }).status === "ok";
  } catch {
    return false;
  }
}

async function startOne(): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), "drett-demo-"));
  const program = new URL("../../packages/server/bin/drett-server.js", import.meta.url).pathname;
  const server = spawn(process.execPath, [program, folder], {
    env: { ...process.env, DRETT_PORT: "0", DRETT_SWEEP: "1s" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const stop = () => {
    server.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    server.kill("SIGTERM");
  };
  for await (const line of createInterface(server.stdout)) {
    const [url] = /http:\/\/\S+:\d+/.exec(line) ?? [];
    if (url) return { url, stop };
  }
  throw new Error("The server ended before it was ready.");
}
