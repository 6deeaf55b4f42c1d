import { EXIT, SHELL_FAILED } from "./exit-codes.ts";
import { type About, fillAll } from "./placeholders.ts";
import type { Ended } from "./run.ts";

/** The texts by which a program that does not know our exit codes says why it failed. */
export interface Texts {
  readonly gone: readonly string[];
  readonly denied: readonly string[];
  readonly later: readonly string[];
}

/** What the end of a program says, before an operation makes its answer of it. */
export type Verdict =
  | {
      readonly says: "done" | "incomplete";
      readonly stdout: Buffer;
      /** Whether nothing stood on standard error: silence proves nothing where a program has complained. */
      readonly isQuiet: boolean;
    }
  | { readonly says: "gone" | "denied" | "later" | "unclear" };

/** The most harmful mistake comes last: what says two things is not gone. */
const ORDER = ["denied", "later", "gone"] as const;

/** Our exit codes first; any other is told by texts, and is unclear where there is none of them. */
export function judge({ code, stdout, stderr }: Ended, texts: Texts, about: About): Verdict {
  switch (code) {
    case EXIT.done:
    case EXIT.incomplete:
      return {
        says: code === EXIT.done ? "done" : "incomplete",
        stdout,
        isQuiet: stderr.trim() === "",
      };
    case EXIT.gone:
      return { says: "gone" };
    case EXIT.denied:
      return { says: "denied" };
    case EXIT.later:
      return { says: "later" };
    case EXIT.cannotTell:
      return { says: "unclear" };
    default:
      return { says: saidBy(code, stderr, texts, about) };
  }
}

function saidBy(
  code: number,
  stderr: string,
  texts: Texts,
  about: About,
): (typeof ORDER)[number] | "unclear" {
  if (SHELL_FAILED.includes(code)) return "unclear";
  return ORDER.find((says) => fillAll(texts[says], about).some((text) => stderr.includes(text))) ?? "unclear";
}
