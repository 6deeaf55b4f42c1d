/** What happens at which part of a TTL; an engine beats at a third of it. Each leaves room for the one before. */

/** What was heard is written, and what others heard is read. */
export const FLUSH = 1 / 8;
/** Whoever could not write for so long is deaf. */
export const DEAF = 1 / 4;
/** Whoever was not seen to write for so long is cut off; until then others may rest on what he had not read yet. */
export const CUT_OFF = 1 / 2;
/** Whoever was heard since then can have been lapsed by nobody. */
export const LATELY = 1 / 2;
/** Whoever is not heard for so long has missed a beat: news of it may be a quarter of a TTL old. */
export const MISSED = 0.6;
