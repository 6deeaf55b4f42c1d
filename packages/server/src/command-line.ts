import { Command } from "commander";
import { keysCommand } from "./access/command.ts";
import { tlsOf } from "./config/exposure.ts";
import { loadPolicies } from "./config/policies.ts";
import { readProviders } from "./config/providers.ts";
import { loadQuotas } from "./config/quotas.ts";
import { readConfig } from "./config/read-config.ts";
import { showConfig } from "./config/show-config.ts";
import { loadWebhooks } from "./config/webhooks.ts";
import { readTls } from "./http/tls.ts";
import { type OldImportArguments, runOldImport } from "./import-old/run-old-import.ts";
import { loadLogging } from "./logging/load-logging.ts";
import { runExport, runImport } from "./moving/command.ts";
import { policyCommand } from "./policies/command.ts";
import { freezeRestored } from "./restored.ts";
import { type GcOptions, runGc } from "./retention/gc.ts";
import { serve } from "./serve.ts";
import { runServers } from "./servers.ts";

const DIRECTORY = [
  "[directory]",
  "holds config.yaml, where there is one, and the data",
  "./drett-data",
] as const;

/** What `drett-server` takes, and what each of it does. */
export function commandLine(env: NodeJS.ProcessEnv): Command {
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
