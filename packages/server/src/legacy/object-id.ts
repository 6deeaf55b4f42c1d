import { randomBytes, randomInt } from "node:crypto";

/**
 * The ids of the old drett are MongoDB's: 24 hex digits, and its clients take nothing else. A record that is known by
 * one of them has the drett id `o` and those digits, also where it was brought over from an old database.
 */
export const idOfObjectId = (text: string): string | undefined =>
  /^[0-9a-f]{24}$/i.test(text) ? `o${text.toLowerCase()}` : undefined;

/** What an old client is told of such an id. */
export const objectIdOf = (id: string) => ({ $oid: id.slice(1) });

/** Mints such drett ids as MongoDB mints its own: they ascend by the second, and no two processes meet. */
export function objectIds(): (now: number) => string {
  const process = randomBytes(5).toString("hex");
  let count = randomInt(0x1000000);
  return (now) => {
    count = (count + 1) % 0x1000000;
    return `o${hex(Math.floor(now / 1_000) % 0x100000000, 8)}${process}${hex(count, 6)}`;
  };
}

const hex = (number: number, digits: number) => number.toString(16).padStart(digits, "0");
