import { type Engine, isRefusal, type RecordKind, restoreRecord, restoreTombstone } from "@drett/core";
import { type Check, FORMER, HEADER, Sum } from "./file-format.ts";

/** The file cannot be imported, or not here; the message says what to do. */
export class ImportRefused extends Error {
  override readonly name = "ImportRefused";
}

export interface Imported {
  readonly added: number;
  readonly same: number;
  readonly merged: number;
  /** Left out: this store has pruned them. */
  readonly pruned: number;
}

interface StoredLine {
  readonly kind: RecordKind;
  readonly id: string;
  readonly facts?: readonly object[];
  /** In their place, where the record was pruned. */
  readonly tombstone?: object;
}

const ACTOR = "drett";

export interface ImportOptions {
  /** Whether a record that is here with other facts shall have both. */
  readonly merge: boolean;
  readonly onProgress?: (records: number) => void;
}

/** Reads an export into the store: whatever stands before a check that does not hold is not written. */
export async function importLines(
  engine: Engine,
  lines: AsyncIterable<string>,
  { merge, onProgress }: ImportOptions,
): Promise<Imported> {
  const total = { added: 0, same: 0, merged: 0, pruned: 0 };
  for await (const records of checkedRecords(lines)) {
    for (const { outcome, name } of await Promise.all(records.map((it) => restore(engine, it, merge)))) {
      if (outcome === "differs" && !merge) {
        throw new ImportRefused(`${name} is here with other facts: use --merge if it shall have both`);
      }
      total[outcome === "differs" ? "same" : outcome] += 1;
    }
    onProgress?.(total.added + total.same + total.merged + total.pruned);
  }
  return total;
}

async function restore(engine: Engine, { kind, id, facts, tombstone }: StoredLine, merge: boolean) {
  const outcome = await (tombstone
    ? engine.submit(restoreTombstone, { kind, id, ...tombstone }, ACTOR)
    : engine.submit(restoreRecord, { kind, id, facts, merge }, ACTOR));
  const name = `${kind} ${id}`;
  if (isRefusal(outcome)) throw new ImportRefused(`${name}: ${outcome.detail} (${outcome.refused})`);
  return { outcome: outcome.reply.outcome, name };
}

/** The records between one check and the next, once the check has held. */
export async function* checkedRecords(lines: AsyncIterable<string>): AsyncGenerator<readonly StoredLine[]> {
  const sum = new Sum();
  let records: StoredLine[] = [];
  let number = 0;
  let ended = false;
  for await (const line of lines) {
    number += 1;
    const value = parse(line, number);
    if (ended) throw new ImportRefused(`line ${number}: there is more after the end of the export`);
    if (number === 1) checkHeader(value);
    else if ("check" in value) {
      checkSum(value as Check, sum, number);
      yield records;
      records = [];
      ended = (value as Check).check === "end";
    } else {
      records.push(value as StoredLine);
      sum.records += 1;
    }
    sum.add(line);
  }
  if (!ended) {
    throw new ImportRefused(
      `the file is cut off after line ${number}: get all of it, and go on with --resume; what came before the last check is here`,
    );
  }
}

function parse(line: string, number: number): object {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value;
  } catch {}
  throw new ImportRefused(`line ${number}: this is no JSON object`);
}

function checkHeader(value: object): void {
  const { drett, format } = value as { readonly drett?: unknown; readonly format?: unknown };
  if (drett !== HEADER.drett) throw new ImportRefused("line 1: this is no export of drett");
  if (format !== HEADER.format && format !== FORMER)
    throw new ImportRefused(
      `line 1: the export has format ${String(format)}, and this drett knows formats up to ${HEADER.format}`,
    );
}

function checkSum(told: Check, sum: Sum, number: number): void {
  const { records, sha256 } = sum.check(told.check);
  if (told.records === records && told.sha256 === sha256) return;
  throw new ImportRefused(
    `line ${number}: the file was changed or damaged since it was written: what stands before this line is not what was exported`,
  );
}
