import { type Config, readConfig } from "./config/read-config.ts";
import { explain } from "./explain.ts";
import { loadLogging } from "./logging/load-logging.ts";
import { createLogging, type Logging } from "./logging/logging.ts";
import { type RunningServer, startServer } from "./server.ts";

/** The server in a process of its own, until a signal ends it. */
export async function serve(directory: string, env: NodeJS.ProcessEnv): Promise<void> {
  const config = await readConfig(directory, env);
  const logging = createLogging(loadLogging(config));
  // Whoever read what it says may have gone away.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  try {
    for (const warning of [...config.warnings, ...logging.warnings]) logging.logger("drett").warn(warning);
    let server: RunningServer | undefined;
    process.on("SIGHUP", () => {
      logging.reopen();
      server?.reload();
    });
    server = await startServer(config, logging);
    stopOnSignal(server, logging, config.stop_timeout);
    logging
      .logger("drett")
      .info({ url: server.url, directory, access: server.isOpen ? "open" : "keys" }, "listening");
    greet(server, config);
  } catch (error) {
    await logging.close();
    throw error;
  }
}

function greet({ url, isOpen }: RunningServer, { directory, file }: Config): void {
  console.log(`drett listens on ${url}, ${file === undefined ? `its data is in ${directory}` : `as ${file} says`}

${isOpen ? "Whoever reaches this port may use it." : "Whoever has an API key may use it."} Try, in another terminal:
  curl ${url}/v1/resources -H 'content-type: application/json' ${isOpen ? "" : '-H "authorization: Bearer $DRETT_API_KEY" '}\\
       -d '{"application": "probe", "type": "vm", "owner": "me", "timeoutSeconds": 0}'
  curl ${url}/v1/findings${isOpen ? "" : ' -H "authorization: Bearer $DRETT_API_KEY"'}
  npm run demo`);
}

/** A second signal does not wait; nor does the first for longer than so many seconds. */
function stopOnSignal(server: RunningServer, logging: Logging, seconds: number): void {
  const log = logging.logger("drett");
  let stopping = false;
  const end = async (status: number) => {
    log.info("stopped");
    await logging.close();
    process.exit(status);
  };
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    console.log(`drett stops (${signal})`);
    log.info({ signal }, "stopping");
    setTimeout(() => {
      console.error(`drett-server: it did not stop within ${seconds} seconds; ending it`);
      process.exit(1);
    }, 1_000 * seconds).unref();
    server.stop().then(
      () => end(0),
      (error: unknown) => {
        console.error(`drett-server: ${explain(error)}`);
        return end(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
