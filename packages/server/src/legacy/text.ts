import { LIMITS } from "@drett/core";

const CUT = " … ";
const SIDE = Math.floor((LIMITS.textCharacters - CUT.length) / 2);

/**
 * The text as the record can hold it, so that a report is not lost for its wording: what is too long loses its middle,
 * since a traceback says where at its beginning and what at its end.
 */
export function fittingText(text: string): string {
  const short = text.length > LIMITS.textCharacters ? text.slice(0, SIDE) + CUT + text.slice(-SIDE) : text;
  return short.toWellFormed().replaceAll("\0", "\u{fffd}");
}
