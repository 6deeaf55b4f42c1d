import type { TestContext } from "node:test";
import type { Role } from "@drett/core";
import { addKey } from "../../src/access/change-keys.ts";
import { createGate } from "../../src/access/gate.ts";
import { keyFileIn } from "../../src/access/key-file.ts";
import { KeyRing } from "../../src/access/key-ring.ts";
import { temporaryDirectory } from "./child-server.ts";
import { START, type TestServer, type TestServerOptions, testServer } from "./test-server.ts";

export const ALL_ROLES: Role[] = ["report", "read", "decide", "admin"];

export interface Keyed {
  readonly server: TestServer;
  readonly directory: string;
  readonly path: string;
  /** What the ring has warned of. */
  readonly warnings: string[];
  /** How long somebody without a good key was let wait, in milliseconds; nobody really waits. */
  readonly waits: number[];
  /** A new key, which the server takes at once. */
  add(name: string, roles?: readonly Role[], applications?: string[], expires?: number): string;
  /** Lets time pass on both clocks. */
  advance(seconds: number): void;
}

/** A server with API keys; the first one is for all. */
export function keyedServer(
  t: TestContext,
  { rate, ...options }: TestServerOptions & { rate?: number } = {},
): Keyed {
  const directory = temporaryDirectory(t);
  const path = keyFileIn(directory);
  addKey(path, { name: "first", roles: ALL_ROLES }, START);
  const warnings: string[] = [];
  let ticks = 0;
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  const now = () => START + ticks;
  const keys = new KeyRing({ path, now, ticks: () => ticks, warn: (message) => warnings.push(message) });
  const gate = createGate({ keys, anybody: "local", rate, ticks: () => ticks, wait });
  const server = testServer(t, { ...options, http: { ...options.http, gate } });
  const advance = (seconds: number) => {
    ticks += 1_000 * seconds;
    server.clock.advance(seconds);
  };
  return {
    server,
    directory,
    path,
    warnings,
    waits,
    advance,
    add(name, roles = ALL_ROLES, applications, expires) {
      const key = addKey(path, { name, roles: [...roles], applications, expires }, now());
      keys.reload();
      return key;
    },
  };
}

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
