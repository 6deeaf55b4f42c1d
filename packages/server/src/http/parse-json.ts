import { isUtf8 } from "node:buffer";
import { LIMITS, type Refusal, refuse } from "@drett/core";

/**
 * Reads a body more strictly than JSON.parse: what is not UTF-8, nested too deeply, or carries a key twice is
 * refused, since whoever sent it means something else than what would be read.
 */
export function parseJson(bytes: Buffer): { value: unknown } | Refusal {
  if (!isUtf8(bytes)) return refuse("invalid-utf8", "The body has bytes that are not UTF-8.");
  const text = bytes.toString("utf8");
  const { depth, keys } = measure(text);
  if (depth > LIMITS.depth)
    return refuse("too-deep", `The body is nested deeper than ${LIMITS.depth} levels.`);
  try {
    const value: unknown = JSON.parse(text);
    return keys === countKeys(value)
      ? { value }
      : refuse("duplicate-key", "A key stands twice in one object.");
  } catch (error) {
    if (error instanceof ForbiddenKey) return refuse("forbidden-key", "The key __proto__ is not accepted.");
    return refuse("not-json", `The body is not JSON: ${(error as Error).message.slice(0, 200)}.`);
  }
}

class ForbiddenKey extends Error {}

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/** How deep it nests and how many keys it writes, told from the punctuation outside its strings. */
function measure(text: string): { depth: number; keys: number } {
  let [depth, deepest, keys] = [0, 0, 0];
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (code === QUOTE) place = endOfString(text, place);
    else if (code === COLON) keys++;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) deepest = Math.max(deepest, ++depth);
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
  }
  return { depth: deepest, keys };
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let first = end;
    while (text.charCodeAt(first - 1) === BACKSLASH) first--;
    if ((end - first) % 2 === 0) return end;
  }
  return text.length;
}

function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countKeys(item), 0);
  let sum = 0;
  for (const [key, item] of Object.entries(value)) {
    if (key === "__proto__") throw new ForbiddenKey();
    sum += 1 + countKeys(item);
  }
  return sum;
}
