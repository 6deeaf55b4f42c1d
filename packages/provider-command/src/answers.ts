import type { Finds, Freeing, Listed, Listing, Looking, Seeing } from "@drett/core";
import { isExternalId, linesOf, listedIn, type Order } from "./lines.ts";
import { Unclear } from "./unclear.ts";
import type { Verdict } from "./verdict.ts";

/** How a program ended, and how to tell people. */
export interface Answered {
  readonly verdict: Verdict;
  readonly reason: string;
}

/** The lines that `look` prints, and what they mean. */
export interface LookRules {
  readonly present: readonly string[] | undefined;
  readonly gone: readonly string[];
  readonly isGoneIfEmpty: boolean;
}

export function freeing({ verdict, reason }: Answered): Freeing {
  switch (verdict.says) {
    case "done":
    case "gone":
      return { answer: "accepted" };
    case "denied":
    case "later":
      return { answer: verdict.says, reason };
    default:
      throw new Unclear(reason);
  }
}

export function looking({ verdict, reason }: Answered, rules: LookRules): Looking {
  if (verdict.says === "gone") return { answer: "gone" };
  if (verdict.says !== "done") throw new Unclear(reason);
  const lines = linesOf(verdict.stdout);
  if (lines.length === 0) {
    if (rules.isGoneIfEmpty && verdict.isQuiet) return { answer: "gone" };
    throw new Unclear(verdict.isQuiet ? "it printed nothing" : reason);
  }
  if (lines.every((line) => rules.gone.includes(line))) return { answer: "gone" };
  const isPresent = (line: string) => rules.present?.includes(line) ?? !rules.gone.includes(line);
  if (lines.every(isPresent)) return { answer: "present" };
  throw new Unclear("it printed a line that is none of present_lines, or lines that contradict each other");
}

export function finding({ verdict, reason }: Answered, prefix: string): Finds {
  if (verdict.says === "gone") return { answer: "found", externalIds: [] };
  if (verdict.says !== "done") throw new Unclear(reason);
  const externalIds = [...new Set(linesOf(verdict.stdout))];
  if (externalIds.length === 0 && !verdict.isQuiet) throw new Unclear(reason);
  if (!externalIds.every((id) => isExternalId(id, prefix)))
    throw new Unclear("it printed a line that is no external id");
  return { answer: "found", externalIds };
}

/** What cannot be read, and what was complained of, leaves it incomplete: more may exist. */
export function listing({ verdict, reason }: Answered, order: Order, prefix: string): Listing {
  if (verdict.says !== "done" && verdict.says !== "incomplete") throw new Unclear(reason);
  const read = linesOf(verdict.stdout).map((line) => listedIn(line, order, prefix));
  const things = read.filter((it): it is Listed => it !== undefined);
  const isComplete = verdict.says === "done" && verdict.isQuiet && things.length === read.length;
  return { answer: "listed", things, isComplete };
}

export function seeing({ verdict, reason }: Answered, account: string | undefined): Seeing {
  if (verdict.says === "denied") return { answer: "no", reason };
  if (verdict.says !== "done") throw new Unclear(reason);
  const as = linesOf(verdict.stdout)[0]?.trim();
  if (account !== undefined && as === undefined) throw new Unclear("it printed no account");
  if (account === undefined && !verdict.isQuiet) throw new Unclear(reason);
  if (account !== undefined && as !== account)
    return { answer: "no", reason: `the account is ${as}, and must be ${account}` };
  return as === undefined ? { answer: "yes" } : { answer: "yes", as };
}
