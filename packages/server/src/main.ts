import { StoreUnavailable } from "@drett/core";
import { pino } from "pino";
import { ConfigRefused, readConfig } from "./config.ts";
import { type RunningServer, startServer } from "./server.ts";

/** The `drett-server` command. */
export async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  try {
    const config = readConfig(args, env);
    const server = await startServer(config, pino({ level: config.logLevel }, pino.destination(2)));
    stopOnSignal(server, config.stopMs);
    greet(server);
  } catch (error) {
    console.error(`drett-server: ${explain(error)}`);
    process.exitCode = 1;
  }
}

function greet({ url, directory }: RunningServer): void {
  console.log(`drett listens on ${url}, its data is in ${directory}

Whoever reaches this port may use it. Try, in another terminal:
  curl ${url}/v1/resources -H 'content-type: application/json' \\
       -d '{"application": "probe", "type": "vm", "owner": "me", "timeoutSeconds": 0}'
  curl ${url}/v1/findings
  npm run demo`);
}

/** A second signal does not wait; nor does the first for longer than `stopMs`. */
function stopOnSignal(server: RunningServer, stopMs: number): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    console.log(`drett stops (${signal})`);
    setTimeout(() => {
      console.error(`drett-server: it did not stop within ${stopMs / 1000} seconds; ending it`);
      process.exit(1);
    }, stopMs).unref();
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(`drett-server: ${explain(error)}`);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

function explain(error: unknown): string {
  if (error instanceof ConfigRefused) return error.message;
  if (error instanceof StoreUnavailable) return `${error.message}\n  ${error.remedy}`;
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return `${message}\n  Another server has this port: stop it, or set DRETT_PORT.`;
  if (code === "EACCES") return `${message}\n  Choose a port above 1023 with DRETT_PORT.`;
  return stack ?? message;
}
