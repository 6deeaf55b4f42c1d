import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { connect, createServer } from "node:net";
import { delimiter, join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { CGI_BIN } from "./cgi-process.ts";
import { temporaryDirectory } from "./child-server.ts";

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Apache does not run as root; what root starts here runs as nobody. */
export const user: User | undefined =
  process.getuid?.() === 0 ? { uid: idOf("-u"), gid: idOf("-g") } : undefined;

function idOf(flag: string): number {
  return Number(spawnSync("id", [flag, "nobody"], { encoding: "utf8" }).stdout);
}

/** The last ones are on no path but root's. */
const PLACES = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
const MODULES = ["/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules"];

const program = PLACES.flatMap((place) => [join(place, "apache2"), join(place, "httpd")]).find(existsSync);
const modules = MODULES.find((place) => existsSync(join(place, "mod_cgi.so")));

/** Why there can be no Apache here, and what to do about it; nothing where there can. */
export function noApache(): string | undefined {
  if (program === undefined || modules === undefined)
    return "Apache with mod_cgi is missing: apt-get install apache2-bin, or dnf install httpd";
  const { status } = spawnSync(process.execPath, [CGI_BIN], { ...user, env: {} });
  return status === 2 ? undefined : `nobody may not read ${CGI_BIN}: make the checkout readable for all`;
}

/** An empty directory for whoever Apache and the CGI processes run as. */
export function directoryForUser(t: TestContext): string {
  const directory = temporaryDirectory(t);
  if (user) chownSync(directory, user.uid, user.gid);
  return directory;
}

export interface Apache {
  readonly port: number;
  readonly url: string;
  /** What it and the CGI processes have complained about. */
  complaints(): string;
}

export interface ApacheOptions {
  /** Shell scripts, each at the path of its name. */
  readonly scripts: { readonly [name: string]: string };
  readonly config?: string;
  readonly files?: { readonly [name: string]: string };
}

/** An Apache of its own on loopback, until the test ends. `ROOT` in the configuration stands for its folder. */
export async function startApache(t: TestContext, { scripts, config = "", files = {} }: ApacheOptions) {
  const root = directoryForUser(t);
  mkdirSync(join(root, "cgi-bin"));
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(join(root, "cgi-bin", name), text);
    chmodSync(join(root, "cgi-bin", name), 0o755);
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  const port = await freePort();
  const text = configOf(root, port, Object.keys(scripts)) + config.replaceAll("ROOT", root);
  writeFileSync(join(root, "apache.conf"), text);

  const args = ["-D", "FOREGROUND", "-f", join(root, "apache.conf")];
  // In a process group of its own, for it ends with all that are in its group.
  const child = spawn(program as string, args, {
    ...user,
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  const end = () => child.kill("SIGTERM");
  process.once("exit", end);
  let said = "";
  child.stderr.on("data", (data) => (said += String(data)));
  t.after(async () => {
    process.off("exit", end);
    end();
    if (child.exitCode === null) await once(child, "exit");
  });
  const log = join(root, "error.log");
  const complaints = () => said + (existsSync(log) ? readFileSync(log, "utf8") : "");
  for (let tries = 0; !(await isListening(port)); tries++) {
    if (child.exitCode !== null || tries > 600) throw new Error(`Apache does not listen: ${complaints()}`);
    await wait(50);
  }
  return { port, url: `http://127.0.0.1:${port}`, complaints } satisfies Apache;
}

/** The modules that are not built in. */
function load(names: readonly string[]): string {
  const there = readdirSync(modules as string);
  const loaded = names.filter((name) => there.includes(`mod_${name}.so`));
  return loaded.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so\n`).join("");
}

const configOf = (root: string, port: number, scripts: readonly string[]) => `
ServerRoot ${root}
DefaultRuntimeDir ${root}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${root}/apache.pid
ErrorLog ${root}/error.log
${load(["mpm_prefork", "unixd", "authz_core", "authn_core", "authn_file", "authz_user", "auth_basic", "alias", "reqtimeout", "cgi"])}
StartServers 8
MinSpareServers 8
${scripts.map((name) => `ScriptAlias /${name} ${root}/cgi-bin/${name}\n`).join("")}
`;

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  return new Promise((resolve) => {
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
  }).then((answer) => (socket.destroy(), answer as boolean));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
