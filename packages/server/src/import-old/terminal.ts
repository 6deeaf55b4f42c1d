import { createInterface } from "node:readline/promises";

/** Where a command speaks to whoever started it. */
export interface Terminal {
  /** The result: standard output. */
  readonly out: (text: string) => void;
  /** Everything else: standard error. */
  readonly say: (text: string) => void;
  /** Shows a line in the place of the one before; absent where nobody would see it move. */
  readonly draw?: ((line: string) => void) | undefined;
  /** Whoever breaks off has answered nothing. Absent where nobody is there to answer. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
}

interface Streams {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

export function ownTerminal({ stdin, stderr }: Streams = process): Terminal {
  return {
    out: (text) => console.log(text),
    say: (text) => console.error(text),
    draw: stderr.isTTY ? (line) => void stderr.write(`\r\u001b[K${line}`) : undefined,
    ask: stdin.isTTY && stderr.isTTY ? (question) => ask(question, { stdin, stderr }) : undefined,
  };
}

async function ask(question: string, { stdin, stderr }: Streams): Promise<string> {
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    return await lines.question(question);
  } catch (error) {
    if ((error as Error).name !== "AbortError") throw error;
    stderr.write("\n");
    return "";
  } finally {
    lines.close();
  }
}
