import { commandLine } from "./command-line.ts";
import { explain } from "./explain.ts";

/** The `drett-server` command. */
export async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await commandLine(env).parseAsync(args, { from: "user" });
  } catch (error) {
    console.error(`drett-server: ${explain(error)}`);
    process.exitCode = 1;
  }
}
