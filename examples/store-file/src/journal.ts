import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type Change, StoreUnavailable } from "@drett/core";

const FORMAT = "drett-store-file 2";
/** Without trims and tombstones; otherwise the same. */
const FORMER = "drett-store-file 1";

/** The first line of the file, and again where it came back from a backup. Another format is left alone. */
interface Header {
  readonly format: string;
  /** Made up: tells cursors of this journal from those of any other, and of before a restore from those after it. */
  readonly epoch: string;
}

/** A line for each commit, with all its changes: so a commit is there as a whole, or not at all. */
type Line = readonly Change[];

/** The feed begins after that position from here on. */
interface Trim {
  readonly trimmed: number;
}

/** Lines at the end of a file. What it says to have appended is on the disk. */
export class Journal {
  readonly epoch: string;
  readonly #path: string;
  readonly #file: FileHandle;
  /** How long it is, as far as it was appended whole. */
  #length: number;

  private constructor(path: string, file: FileHandle, epoch: string, length: number) {
    this.#path = path;
    this.#file = file;
    this.epoch = epoch;
    this.#length = length;
  }

  /** Hands over every commit in its order. */
  static async open(path: string, restored: boolean, replay: (line: Line | Trim) => void): Promise<Journal> {
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      // A server that was killed may have written what it did not sync: what is read from here on must last.
      await file.sync();
      const { lines, length } = readLines(await file.readFile(), path);
      const headers = lines.filter((line): line is Header => !isOfFeed(line));
      if (headers.some(({ format }) => format !== FORMAT && format !== FORMER)) throw otherFormat(path);
      for (const line of lines) if (isOfFeed(line)) replay(line);
      const isNew = lines.length === 0 || restored;
      const last = isNew ? undefined : headers.at(-1);
      const header = last ? { ...last, format: FORMAT } : newHeader();
      const journal = new Journal(path, file, header.epoch, length);
      // Said before anything that the former format does not know.
      if (last?.format !== FORMAT) await journal.append(header);
      await syncFolder(dirname(path));
      return journal;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Rejects if it is not known to be on the disk. Then the next one takes its place. */
  async append(line: Line | Trim | Header): Promise<void> {
    await this.#checkPlace();
    // Of an append that failed, or that a kill cut short, something may lie there; nobody was told that it is.
    await this.#file.truncate(this.#length);
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    const { bytesWritten } = await this.#file.write(bytes, 0, bytes.length, this.#length);
    if (bytesWritten < bytes.length)
      throw new StoreUnavailable("the disk is full", "Free some space; drett goes on by itself.");
    await this.#file.datasync();
    this.#length += bytes.length;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** A file that was moved or removed can still be written to, and nobody would find it again. */
  async #checkPlace(): Promise<void> {
    const [there, own] = await Promise.all([stat(this.#path).catch(() => undefined), this.#file.stat()]);
    if (there?.ino === own.ino) return;
    throw new StoreUnavailable(
      `${this.#path} was moved, removed or replaced`,
      "Put it back, and drett goes on by itself.",
    );
  }
}

const isOfFeed = (line: Line | Trim | Header): line is Line | Trim =>
  Array.isArray(line) || "trimmed" in line;

const NEWLINE = 0x0a;

/** The whole lines, and where they end. What follows the last of them was never acknowledged. */
function readLines(bytes: Buffer, path: string): { lines: (Header | Line | Trim)[]; length: number } {
  const lines: (Header | Line | Trim)[] = [];
  let length = 0;
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, length)) {
    try {
      lines.push(JSON.parse(bytes.toString("utf8", length, end)) as Header | Line | Trim);
    } catch {
      // At a power failure the end of the file may be there before what should stand in it.
      if (bytes.indexOf(NEWLINE, end + 1) === -1) break;
      throw new StoreUnavailable(
        `line ${lines.length + 1} of ${path} cannot be read`,
        "The journal is damaged: restore a backup.",
      );
    }
    length = end + 1;
  }
  return { lines, length };
}

const newHeader = (): Header => ({ format: FORMAT, epoch: crypto.randomUUID() });

const otherFormat = (path: string) =>
  new StoreUnavailable(
    `${path} is no journal that this store can read`,
    "Set `directory` to another folder, or use the version that wrote it.",
  );

/** A new file is only there for good once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  await folder.sync();
  await folder.close();
}
