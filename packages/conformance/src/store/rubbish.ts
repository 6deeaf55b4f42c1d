/** What no store can have meant by a cursor. */
export const RUBBISH = [
  [
    "",
    " ",
    "rubbish",
    "null",
    "undefined",
    "NaN",
    "{}",
    "[]",
    "[null]",
    '["newest"]',
    '"newest"',
    "💥",
    "\n",
  ],
  ["-", ".", "..", "'; drop table records; --", "%00", "==", "AAAA", "x".repeat(512)],
].flat();
