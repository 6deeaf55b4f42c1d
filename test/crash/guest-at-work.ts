/**
 * A guest of a SQLite store for each request that it is sent, as `drett-cgi` is one: it opens the store, tells the
 * commands, and closes. Over IPC it takes a request and answers it.
 */
import { COMMANDS, type Command as CoreCommand, Engine, isRefusal, problem } from "@drett/core";
import { openGuest } from "@drett/store-sqlite";
import type { Request } from "./client.ts";
import type { Answer } from "./http.ts";

const byName = new Map(COMMANDS.map((command) => [command.name, command]));
const [directory = ""] = process.argv.slice(2);

async function serve({ commands }: Request): Promise<Answer[]> {
  const store = await openGuest({ directory });
  try {
    const engine = new Engine({ store, newId: () => "unused" });
    return await Promise.all(
      commands.map(async ({ name, input }) => {
        const outcome = await engine.submit(byName.get(name) as CoreCommand, input, "local");
        if (!isRefusal(outcome)) return { status: outcome.created ? 201 : 200, body: outcome.reply };
        const body = problem(outcome);
        return { status: body.status, body };
      }),
    );
  } finally {
    await store.close();
  }
}

process.on("message", (request: Request) => {
  void serve(request).then((answers) => process.send?.(answers, () => {}));
});
process.on("disconnect", () => process.exit());
process.send?.("ready");
