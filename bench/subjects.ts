import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { freshName } from "./load.ts";

/** Something that is measured: a server process on loopback, with its data on the disk of the repository. */
export interface Subject {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const root = new URL("..", import.meta.url).pathname;

/** A folder on the disk that holds the repository: the subjects share it, and it is no tmpfs by accident. */
export function dataFolder(): string {
  const folder = `${root}.cache/bench/${freshName()}`;
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** `settings`: of its store and others, as variables. */
export function startDrett(folder = dataFolder(), settings: Record<string, string> = {}): Promise<Subject> {
  return start("drett", "packages/server/bin/drett-server.js", [folder], folder, (port) => ({
    env: { DRETT_PORT: String(port), DRETT_LOG_LEVEL: "warn", ...settings },
    ready: "/readyz",
  }));
}

/** The same server over a store that keeps nothing: what HTTP and the rules alone would do. */
export function startCeiling(): Promise<Subject> {
  const folder = dataFolder();
  return start("no store", process.execPath, ["bench/server-without-store.ts", folder], folder, (port) => ({
    env: { DRETT_PORT: String(port), DRETT_LOG_LEVEL: "warn" },
    ready: "/healthz",
  }));
}

export function startEtcd(): Promise<Subject> {
  const folder = dataFolder();
  const program = process.env.DRETT_BENCH_ETCD ?? "etcd";
  return start("etcd", program, [], folder, (port, peerPort) => ({
    env: {
      ETCD_DATA_DIR: folder,
      ETCD_LISTEN_CLIENT_URLS: `http://127.0.0.1:${port}`,
      ETCD_ADVERTISE_CLIENT_URLS: `http://127.0.0.1:${port}`,
      ETCD_LISTEN_PEER_URLS: `http://127.0.0.1:${peerPort}`,
      ETCD_INITIAL_ADVERTISE_PEER_URLS: `http://127.0.0.1:${peerPort}`,
      ETCD_INITIAL_CLUSTER: `default=http://127.0.0.1:${peerPort}`,
      ETCD_QUOTA_BACKEND_BYTES: String(8 * 1024 ** 3),
      ETCD_LOG_LEVEL: "error",
    },
    ready: "/health",
  }));
}

interface Setting {
  readonly env: Record<string, string>;
  readonly ready: string;
}

async function start(
  name: string,
  program: string,
  args: readonly string[],
  folder: string,
  settingOf: (port: number, peerPort: number) => Setting,
): Promise<Subject> {
  const [port, peerPort] = await freePorts();
  const { env, ready } = settingOf(port, peerPort);
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  await once(child, "spawn");
  const url = `http://127.0.0.1:${port}`;
  await untilReady(`${url}${ready}`, child);
  return {
    name,
    url,
    pid: child.pid as number,
    async stop() {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode} before it was ready`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} did not become ready`);
}

async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  const ports = await Promise.all(
    servers.map(async (server) => {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      return (server.address() as { port: number }).port;
    }),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports as [number, number];
}
