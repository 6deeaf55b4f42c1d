import { Seconds, Text } from "@drett/core";
import { type TSchema, Type } from "typebox";
import { fittingText } from "./text.ts";

/** One field of an old command: what it must be, once its value is read. */
export interface Field<Shape extends TSchema = TSchema> {
  readonly shape: Shape;
  /** Clients write what their language gives them, and MongoDB's extended JSON wraps some of it. */
  read(value: unknown): unknown;
}

const field = <Shape extends TSchema>(value: Field<Shape>) => value;

/** A number counts as its digits: some clouds number their things. */
export const readText = (value: unknown) =>
  Number.isSafeInteger(value) ? String(value) : (wrappedIn(value, "$oid", "$uuid", "$numberLong") ?? value);

export const text = field({ shape: Text, read: readText });

/** An id that was handed out, or a label. It is looked up, never stored: one that cannot be is unknown. */
export const oid = field({ shape: Type.String(), read: readText });

/** A part of a second is no shorter than was asked for. */
export const seconds = field({
  shape: Seconds,
  read(value) {
    const long = wrappedIn(value, "$numberLong");
    const number = /^-?\d{1,15}$/.test(String(long)) ? Number(long) : value;
    return typeof number === "number" && number > 0 ? Math.ceil(number) : number;
  },
});

/** Whatever it is, it must not keep the report from being recorded. */
export function readReason(value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  return fittingText(typeof value === "string" ? value : JSON.stringify(value));
}

export const reason = field({ shape: Type.Optional(Text), read: readReason });

/** What stands within `{"$oid": …}` or its like, if that is all there is. */
function wrappedIn(value: unknown, ...wrappers: readonly string[]): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const [only, ...others] = Object.entries(value);
  return only && others.length === 0 && wrappers.includes(only[0]) ? only[1] : undefined;
}
