import { createInterface } from "node:readline/promises";

/** Where a command speaks to whoever started it. */
export interface Terminal {
  /** The result: standard output. */
  readonly out: (text: string) => void;
  /** Everything else: standard error. */
  readonly say: (text: string) => void;
  /** Shows a line in the place of the one before; absent where nobody would see it move. */
  readonly draw?: ((line: string) => void) | undefined;
  /** Absent where nobody is there to answer. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
}

export function ownTerminal({ stdin, stderr }: NodeJS.Process = process): Terminal {
  return {
    out: (text) => console.log(text),
    say: (text) => console.error(text),
    draw: stderr.isTTY ? (line) => void stderr.write(`\r\u001b[K${line}`) : undefined,
    ask: stdin.isTTY && stderr.isTTY ? ask : undefined,
  };
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}
