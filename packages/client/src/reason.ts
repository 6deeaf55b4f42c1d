/** What the server takes as one text. */
const LONGEST = 1024;
/** Causes that are told along; a chain may be long, or lead back into itself. */
const CAUSES = 3;

/** Cuts a text to what the server takes, never within a character. */
export function cut(text: string, longest = LONGEST): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** One line about anything that can be thrown, with its causes; never empty, never throws. */
export function reasonOf(thrown: unknown): string {
  try {
    const lines: string[] = [];
    for (let error = thrown, depth = 0; depth <= CAUSES; depth++) {
      lines.push(lineOf(error));
      const cause = (error as { cause?: unknown } | null | undefined)?.cause;
      if (cause === undefined || cause === null) break;
      error = cause;
    }
    return cut(lines.join(": "));
  } catch {
    return "something that cannot be described was thrown";
  }
}

function lineOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error) || "an empty text was thrown";
  const { name, message, code } = error as { name?: unknown; message?: unknown; code?: unknown };
  const words = [name, message, message ? undefined : code].filter(
    (word) => typeof word === "string" && word !== "",
  );
  return words.join(": ") || `a thrown ${error.constructor?.name ?? "object"}`;
}
