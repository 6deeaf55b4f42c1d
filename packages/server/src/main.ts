import { StoreUnavailable } from "@drett/core";
import { Command } from "commander";
import { keysCommand } from "./access/command.ts";
import { KeysRefused } from "./access/key-file.ts";
import { ConfigRefused } from "./config/config-refused.ts";
import { tlsOf } from "./config/exposure.ts";
import { loadPolicies } from "./config/policies.ts";
import { readProviders } from "./config/providers.ts";
import { loadQuotas } from "./config/quotas.ts";
import { type Config, readConfig } from "./config/read-config.ts";
import { showConfig } from "./config/show-config.ts";
import { loadWebhooks } from "./config/webhooks.ts";
import { readTls } from "./http/tls.ts";
import { type OldImportArguments, runOldImport } from "./import-old/run-old-import.ts";
import { loadLogging } from "./logging/load-logging.ts";
import { createLogging, type Logging } from "./logging/logging.ts";
import { runExport, runImport } from "./moving/command.ts";
import { ImportRefused } from "./moving/import.ts";
import { policyCommand } from "./policies/command.ts";
import { freezeRestored } from "./restored.ts";
import { type GcOptions, GcRefused, runGc } from "./retention/gc.ts";
import { type RunningServer, startServer } from "./server.ts";
import { runServers, ServersRefused } from "./servers.ts";

/** The `drett-server` command. */
export async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await commandLine(env).parseAsync(args, { from: "user" });
  } catch (error) {
    console.error(`drett-server: ${explain(error)}`);
    process.exitCode = 1;
  }
}

const DIRECTORY = [
  "[directory]",
  "holds config.yaml, where there is one, and the data",
  "./drett-data",
] as const;

function commandLine(env: NodeJS.ProcessEnv): Command {
  const program = new Command("drett-server")
    .description("The write-ahead log of what automation creates.")
    .argument(...DIRECTORY)
    .action((directory: string) => serve(directory, env));
  program
    .command("config")
    .description("print every value and where it came from")
    .argument(...DIRECTORY)
    .option("--check", "print nothing where everything can be used")
    .option("--json", "print JSON")
    .action((directory: string, options: { check?: true; json?: true }) =>
      printConfig(directory, env, options),
    );
  program
    .command("restored")
    .description(
      "after the store came back from a backup: refuse the cursors of before, and free nothing for now",
    )
    .argument(...DIRECTORY)
    .action(async (directory: string) => {
      const { openStore } = await readConfig(directory, env);
      const store = await openStore({ role: "server", warn, restored: true });
      try {
        await freezeRestored(store);
      } finally {
        await store.close();
      }
    });
  program
    .command("gc")
    .description("prune what has been kept for long enough; a running server does so by itself")
    .argument(...DIRECTORY)
    .option("--dry-run", "say what would go, and change nothing")
    .option("--clock-is-right", "though nobody has pruned for a month")
    .option("--json", "print JSON")
    .action(async (directory: string, options: GcOptions) =>
      console.log(await runGc(await readConfig(directory, env), options, warn)),
    );
  program
    .command("servers")
    .description("the servers that share the store, and when each wrote last")
    .argument(...DIRECTORY)
    .option("--forget <name>", "it is gone for good: the others need not wait for it before anybody lapses")
    .option("--json", "print JSON")
    .action(async (directory: string, options: { forget?: string; json?: true }) =>
      console.log(await runServers(await readConfig(directory, env), options, warn)),
    );
  program
    .command("export")
    .description("write all records, as lines of JSON")
    .argument(...DIRECTORY)
    .option("--output <file>", "instead of standard output")
    .action(async (directory: string, options: { output?: string }) =>
      runExport(await readConfig(directory, env), options, warn),
    );
  program
    .command("import")
    .description("read what `export` wrote")
    .argument(...DIRECTORY)
    .option("--input <file>", "instead of standard input")
    .option("--resume", "go on with an import that was interrupted")
    .option("--merge", "add to what the store holds")
    .action(async (directory: string, options: { input?: string; resume?: true; merge?: true }) =>
      console.log(await runImport(await readConfig(directory, env), options, warn)),
    );
  program
    .command("import-0.1")
    .description("bring over what a drett 0.1 has recorded in MongoDB; nothing is changed there")
    .argument("<directory>", "the configuration directory of the old drett")
    .option(
      "--into <directory>",
      "that of the server which the records go to; the same one where none is named",
    )
    .option(
      "--timezone <name>",
      "of the old drett's local times, such as Europe/Budapest; this machine's else",
    )
    .option(
      "--application <name>",
      "what resources belong to whose allocation is missing; they are left else",
    )
    .option("--dry-run", "count, and record nothing")
    .option("--yes", "record without asking")
    .option("--json", "print JSON")
    .option("--report <file>", "write the same JSON to a file")
    .action(async (directory: string, options: Omit<OldImportArguments, "directory">) => {
      process.exitCode = await runOldImport({ directory, ...options }, { env });
    });
  program.addCommand(keysCommand());
  program.addCommand(policyCommand(env, warn));
  return program;
}

const warn = (message: string) => console.error(`drett-server: ${message}`);

async function serve(directory: string, env: NodeJS.ProcessEnv): Promise<void> {
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

async function printConfig(
  directory: string,
  env: NodeJS.ProcessEnv,
  { check, json }: { check?: true; json?: true },
): Promise<void> {
  const config = await readConfig(directory, env);
  loadLogging(config);
  loadQuotas(config);
  loadPolicies(config);
  await readProviders(config);
  loadWebhooks(config, env);
  const tls = tlsOf(config);
  if (tls) readTls(tls);
  for (const warning of config.warnings) warn(warning);
  if (!check) console.log(json ? JSON.stringify(config.shown, null, 2) : showConfig(config.shown));
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

function explain(error: unknown): string {
  const refusals = [ConfigRefused, ImportRefused, KeysRefused, GcRefused, ServersRefused];
  if (refusals.some((refused) => error instanceof refused)) return (error as Error).message;
  if (error instanceof StoreUnavailable) return `${error.message}\n  ${error.remedy}`;
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return `${message}\n  Another server has this port: stop it, or set DRETT_PORT.`;
  if (code === "EACCES") return `${message}\n  Choose a port above 1023 with DRETT_PORT.`;
  return stack ?? message;
}
