import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { TcpProxy } from "@drett/conformance";
import type { Database } from "../many/database.ts";
import { Seat } from "../many/seat.ts";
import { configurationOf } from "./configuration.ts";

const PRELOAD = new URL("./shifted-clock.ts", import.meta.url).href;

export interface Hosting {
  readonly number: number;
  readonly database: Database;
  readonly name: string;
  readonly directory: string;
  readonly cloud: string;
}

/** Where a server runs: always under the same port, with a clock that can be set, and a way to it that can be cut. */
export interface Host extends AsyncDisposable {
  readonly seat: Seat;
  /** Between the engines and the server. */
  readonly way: TcpProxy;
  /** Of the server, past the way. */
  readonly url: string;
  shiftClock(ms: number): void;
}

export async function prepareHost(hosting: Hosting): Promise<Host> {
  const { number, database, name, directory, cloud } = hosting;
  const port = await freePort();
  const clock = join(directory, `clock-${number}`);
  const seat = await Seat.prepare({
    number,
    database,
    name,
    directory: join(directory, `server-${number}`),
    files: configurationOf(cloud),
    environment: {
      DRETT_PORT: String(port),
      DRETT_LAPSE_FREEZE: "0s",
      DRETT_RECLAIM: "1s",
      DRETT_POLICIES: join(directory, `server-${number}`, "policies.yaml"),
      DRETT_PROVIDERS: join(directory, `server-${number}`, "providers.yaml"),
      CAMPAIGN_CLOCK: clock,
      NODE_OPTIONS: `--import=${PRELOAD}`,
    },
  });
  const way = await TcpProxy.start({ host: "127.0.0.1", port });
  return {
    seat,
    way,
    url: `http://127.0.0.1:${port}`,
    shiftClock: (ms) => writeFileSync(clock, `${ms}\n`),
    async [Symbol.asyncDispose]() {
      await way.close();
      await seat[Symbol.asyncDispose]();
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}
