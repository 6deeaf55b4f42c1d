import { splitVariable } from "./environment.ts";

const HIDDEN = "***";
const SHORTEST_SECRET = 4;
const LONGEST = 300;
/** What is looked at by patterns: of a line without end, they would never be through. */
const LONGEST_LOOKED_AT = 2_000;

const SECRET = /key|passw|pwd|token|secret|credential/i;

/** Each with what may stay in front. */
const PATTERNS: readonly RegExp[] = [
  // https://me:secret@host
  /(\/\/[^/@\s:]*:)[^/\s]+(?=@)/g,
  // Bearer secret
  /(\b(?:bearer|basic)\s+)[^\s"',;]{8,}/gi,
  // --token=secret, "api_key": "secret"
  new RegExp(`([\\w-]*(?:${SECRET.source})[\\w-]*["']?\\s?[=:]\\s?["']?)[^\\s&;,"']+`, "gi"),
];

/**
 * The values that must not be shown, line by line, as they are printed: all that were passed on by name, and those whose
 * name says so.
 */
export function secretsIn(
  passed: readonly string[],
  configured: readonly string[],
  server: NodeJS.ProcessEnv,
): readonly string[] {
  const own = configured.map(splitVariable).filter(([name]) => SECRET.test(name));
  return [...passed.map((name) => server[name] ?? ""), ...own.map(([, value]) => value)]
    .flatMap((value) => value.split(/[\r\n]+/))
    .filter(({ length }) => length >= SHORTEST_SECRET)
    .sort((one, other) => other.length - one.length);
}

/** The last line that says something, short enough to be kept, without what is or looks like a secret. */
export function lastWords(text: string, secrets: readonly string[]): string {
  const line = text.split(/[\r\n]+/).findLast((it) => it.trim() !== "") ?? "";
  const hidden = secrets
    .reduce((it, secret) => it.replaceAll(secret, HIDDEN), line)
    .slice(0, LONGEST_LOOKED_AT);
  const scrubbed = PATTERNS.reduce((it, pattern) => it.replace(pattern, `$1${HIDDEN}`), hidden);
  return scrubbed
    .replaceAll(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, LONGEST)
    .toWellFormed();
}
