import { Engine, type Page, pagesOf, type Store } from "@drett/core";
import type { Config } from "../config/read-config.ts";
import { exportLines, KINDS } from "./export.ts";
import { checkedRecords, ImportRefused, importLines } from "./import.ts";
import { readLines, writeLines } from "./lines.ts";

type Warn = (message: string) => void;

/** `drett-server export`: beside a running server, or without one. */
export async function runExport(config: Config, { output }: { output?: string }, warn: Warn): Promise<void> {
  await using opened = await open(config, "guest", warn);
  await writeLines(exportLines(opened.store), output);
}

interface ImportChoices {
  readonly input?: string;
  readonly resume?: true;
  readonly merge?: true;
}

/** `drett-server import`: into a store that is empty, unless it is told otherwise. */
export async function runImport(
  config: Config,
  { input, resume, merge }: ImportChoices,
  warn: Warn,
): Promise<string> {
  await using opened = await open(config, "server", warn);
  const { store } = opened;
  if (resume) await refuseStrangers(store, input);
  else if (!merge) await refuseUnlessEmpty(store);
  const engine = new Engine({ store, newId: () => "" });
  const progress = progressOn(process.stderr);
  try {
    const { added, same, merged, pruned } = await importLines(engine, readLines(input), {
      merge: merge === true,
      onProgress: progress.show,
    });
    const left = pruned > 0 ? `; ${pruned} were left out, since this store has pruned them` : "";
    return `imported ${added + merged} records, ${merged} of them joined with what was here; ${same} were here already${left}`;
  } finally {
    progress.end();
    await engine.close();
  }
}

async function open(config: Config, role: "server" | "guest", warn: Warn) {
  const store = await config.openStore({ role, warn });
  return { store, [Symbol.asyncDispose]: () => store.close() };
}

async function refuseUnlessEmpty(store: Store): Promise<void> {
  for await (const { records } of pagesIn(store)) {
    if (records.length === 0) continue;
    throw new ImportRefused(
      "the store is not empty: use --resume to go on with an import that was interrupted, or --merge to add to what is here",
    );
  }
}

/** An import that was interrupted has left a part of the file, and nothing else. */
async function refuseStrangers(store: Store, input: string | undefined): Promise<void> {
  if (input === undefined) throw new ImportRefused("--resume reads the file twice: name it with --input");
  let ofFile = 0;
  for await (const records of checkedRecords(readLines(input))) {
    const loaded = await store.load(records.map(({ kind, id }) => ({ kind, id })));
    const names = new Set(records.map(({ kind, id }) => `${kind} ${id}`));
    ofFile += loaded.filter(
      ({ kind, id, until }) => until === undefined && names.has(`${kind} ${id}`),
    ).length;
  }
  const strangers = (await countRecords(store)) - ofFile;
  if (strangers > 0)
    throw new ImportRefused(
      `the store holds ${strangers} records that are not in the file: use --merge to add to them`,
    );
}

async function countRecords(store: Store): Promise<number> {
  let count = 0;
  for await (const { records } of pagesIn(store)) count += records.length;
  return count;
}

/** What servers keep for themselves, such as when they pruned, is no record. */
async function* pagesIn(store: Store): AsyncGenerator<Page> {
  for (const kind of KINDS) yield* pagesOf(store, { kind, order: "oldest", limit: 1_000 });
}

/** One line that counts up, for a person who waits. */
function progressOn(stream: NodeJS.WriteStream) {
  const write = (text: string) => void (stream.isTTY && stream.write(text));
  return { show: (records: number) => write(`\r${records} records`), end: () => write("\r\x1b[K") };
}
