import { spawn } from "node:child_process";
import { once } from "node:events";
import { buffer, text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { openStore } from "@drett/store-sqlite";
import type { Answer } from "./contract.ts";

export const CGI_BIN = fileURLToPath(new URL("../../bin/drett-cgi.js", import.meta.url));

/** One for all tests: each has a directory of its own, and would compile all of drett again. */
const COMPILE_CACHE = fileURLToPath(new URL("../../../../.cache/compile", import.meta.url));

export const SCRIPT_NAME = "/cgi-bin/drett";

/** What every web server says of every request. */
export const REQUEST: Readonly<Record<string, string>> = {
  GATEWAY_INTERFACE: "CGI/1.1",
  SERVER_PROTOCOL: "HTTP/1.1",
  SERVER_NAME: "localhost",
  REQUEST_METHOD: "GET",
  HTTP_HOST: "localhost",
  SCRIPT_NAME,
};

export interface Asked {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly path?: string;
  /** Sent as it is with its length; an object as JSON. */
  readonly body?: string | Buffer | object;
  /** Leaves standard input open. */
  readonly open?: true;
  readonly args?: readonly string[];
  /** What it is started by, such as a program that watches it. */
  readonly under?: readonly string[];
}

export interface CgiResult extends Answer {
  readonly bytes: Buffer;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Has a web server's part in one request to `drett-cgi` on the directory. */
export async function askCgi(directory: string, asked: Asked) {
  const { env, path, body, open, args = [directory], under = [] } = asked;
  const payload = bytesOf(body);
  const said = {
    ...REQUEST,
    ...(path !== undefined && splitPath(path)),
    ...(payload && {
      REQUEST_METHOD: "POST",
      CONTENT_TYPE: "application/json",
      CONTENT_LENGTH: String(payload.length),
    }),
    ...env,
  };
  const all = Object.entries({ PATH: process.env.PATH, NODE_COMPILE_CACHE: COMPILE_CACHE, ...said });
  const [command = "", ...rest] = [...under, process.execPath, CGI_BIN, ...args];
  const child = spawn(command, rest, {
    env: Object.fromEntries(all.filter(([, value]) => value !== undefined)),
  });
  child.stdin.on("error", () => {});
  if (payload) child.stdin.write(payload);
  if (!open) child.stdin.end();
  const [stdout, stderr, [exitCode]] = await Promise.all([
    buffer(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number]>,
  ]);
  return { ...readCgi(stdout), stderr, exitCode } satisfies CgiResult;
}

function bytesOf(body: Asked["body"]): Buffer | undefined {
  if (body === undefined || Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

/** As a web server does it: the path decoded, the query not. */
function splitPath(path: string) {
  const [before = "", ...query] = path.split("?");
  return { PATH_INFO: decodeURIComponent(before), QUERY_STRING: query.join("?") };
}

/** Reads an answer as a web server does. Throws where it is none. */
export function readCgi(bytes: Buffer): Answer & { readonly bytes: Buffer } {
  const end = bytes.indexOf("\r\n\r\n");
  const lines = bytes.subarray(0, Math.max(0, end)).toString("latin1").split("\r\n");
  const [, status] = /^Status: (\d{3}) \S/.exec(lines.shift() ?? "") ?? [];
  if (status === undefined) throw new Error(`no answer: ${JSON.stringify(bytes.toString())}`);
  const headers = lines.map((line) => {
    const colon = line.indexOf(": ");
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
  const body = bytes.subarray(end + 4);
  return { status: Number(status), headers: Object.fromEntries(headers), text: body.toString(), bytes: body };
}

/** Makes the store, as the first start of a server does. */
export async function makeStore(directory: string): Promise<void> {
  await (await openStore({ directory })).close();
}
