import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { aws } from "./imitations/aws.ts";
import type { Cloud } from "./imitations/cloud.ts";
import { docker } from "./imitations/docker.ts";
import { kubectl } from "./imitations/kubectl.ts";
import { openstack } from "./imitations/openstack.ts";

export const IMITATIONS = { aws, docker, kubectl, openstack };
export type Tool = keyof typeof IMITATIONS;

export const readCloud = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Cloud;

/** Whoever reads it meanwhile, reads all of the one or of the other. */
export function writeCloud(file: string, cloud: Cloud): void {
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, JSON.stringify(cloud));
  renameSync(fresh, file);
}

/** Is such a tool, of the cloud that is kept in a file. */
export async function imitate(tool: Tool, file: string): Promise<void> {
  const cloud = readCloud(file);
  const before = JSON.stringify(cloud);
  if (cloud.isStalled) await pause(600_000);
  const {
    out = "",
    err = "",
    code = 0,
  } = IMITATIONS[tool](process.argv.slice(2).join(" "), cloud, process.env);
  if (JSON.stringify(cloud) !== before) writeCloud(file, cloud);
  process.stdout.write(out);
  process.stderr.write(err);
  process.exitCode = code;
}
