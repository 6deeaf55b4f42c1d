import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { type Answer, CloudError } from "./answer.ts";
import { Cloud, type CloudOptions } from "./cloud.ts";
import { type Fault, Faults } from "./faults.ts";
import { seededRandom } from "./random.ts";
import { answerRequest, type Request } from "./requests.ts";

export interface FakeCloudOptions extends CloudOptions {
  /** Of loopback. Default: any that is free. */
  readonly port?: number;
  /** Repeats what the chances of faults come to. */
  readonly seed?: number;
  readonly faults?: readonly Fault[];
}

export interface FakeCloud extends AsyncDisposable {
  readonly url: string;
  readonly cloud: Cloud;
  readonly faults: Faults;
  close(): Promise<void>;
}

/** A cloud on a port of loopback, in this process. */
export async function startFakeCloud(options: FakeCloudOptions = {}): Promise<FakeCloud> {
  const cloud = new Cloud(options);
  const faults = new Faults(seededRandom(options.seed ?? 1));
  for (const fault of options.faults ?? []) faults.add(fault);
  const server = createServer((request, response) => void serve(request, response, cloud, faults));
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  async function close(): Promise<void> {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  }
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, cloud, faults, close, [Symbol.asyncDispose]: close };
}

async function serve(from: IncomingMessage, to: ServerResponse, cloud: Cloud, faults: Faults): Promise<void> {
  try {
    const answer = await answerTo(await read(from), cloud, faults);
    if (answer === "lost") return void from.socket.resetAndDestroy();
    to.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
    to.end(JSON.stringify(answer.body));
  } catch {
    // Whoever asked is gone: there is nobody to be told.
    from.socket.destroy();
  }
}

async function answerTo(request: Request, cloud: Cloud, faults: Faults): Promise<Answer | "lost"> {
  try {
    return await answerRequest(request, cloud, faults, wait);
  } catch (error) {
    const { status, code, message } =
      error instanceof CloudError ? error : new CloudError(500, "own-mistake", String(error));
    return { status, body: { code, detail: message } };
  }
}

/** Keeps no process alive that has nothing else to do. */
const wait = (ms: number) => pause(ms, undefined, { ref: false });

async function read(from: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of from as AsyncIterable<Buffer>) chunks.push(chunk);
  const header = (name: string) => [from.headers[name]].flat()[0];
  return {
    method: from.method ?? "GET",
    url: new URL(from.url ?? "/", "http://cloud"),
    caller: header("x-caller") ?? "anonymous",
    onlyUid: header("if-match"),
    body: Buffer.concat(chunks).toString(),
  };
}
