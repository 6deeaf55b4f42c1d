/** The word for a secret, within a name: `api_key`, `X-Api-Key`, `accessToken`. */
const SECRET = "(?:key|password|passwd|pwd|token|secret|credential)";

const HIDDEN = "***";

/** Each with what may stay in front. None takes a quote or a backslash, so that JSON stays JSON. */
const PATTERNS: readonly RegExp[] = [
  // An API key of ours, wherever it has been put: its id may stay.
  /(\bdrett_[0-9a-f]{12}_)[0-9a-f]{16,}/g,
  // mongodb://me:secret@host
  /(\/\/[^/@\s"\\:]*:)[^/\s"\\]+(?=@)/g,
  // Cookie: a=secret; b=secret
  /(\b(?:authorization|(?:set-)?cookie)(?:=|:)\s?)[^"\\]+/gi,
  // Bearer secret
  /(\b(?:bearer|basic)\s+)[^\s"\\,;]{8,}/gi,
  // ?api_key=secret
  new RegExp(`(\\b[\\w.-]*${SECRET}[\\w.-]*(?:=|%3d|:)\\s?)[^\\s&;,"\\\\]+`, "gi"),
  // {"apiKey":"secret"}
  new RegExp(`("[\\w.-]*(?:${SECRET}|authorization|cookie)[\\w.-]*":\\s?")(?:[^"\\\\]|\\\\.)*(?=")`, "gi"),
];

/**
 * The line without what looks like a secret. Nothing puts one into a line knowingly; this is for what others write
 * into their error messages.
 */
export function scrub(line: string): string {
  return PATTERNS.reduce((text, pattern) => text.replace(pattern, `$1${HIDDEN}`), line);
}
