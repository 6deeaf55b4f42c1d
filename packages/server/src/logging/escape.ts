/** What ends a line, moves the cursor or turns the direction of writing: in no text of a log may anything do so. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const SHORT: { readonly [character: string]: string } = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** One line, whatever is in the text. */
export const escapeText = (text: string): string => text.replace(UNSAFE, (it) => SHORT[it] ?? codeOf(it));

const codeOf = (character: string) =>
  `\\u{${(character.codePointAt(0) as number).toString(16).padStart(2, "0")}}`;
