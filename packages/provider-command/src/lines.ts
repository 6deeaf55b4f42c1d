import type { Listed } from "@drett/core";
import { Unclear } from "./unclear.ts";

const ID = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const LONGEST_EXTERNAL_ID = 1_024;

/** The lines that hold something. Throws {@link Unclear} where it is no UTF-8: an id would be another one then. */
export function linesOf(printed: Buffer): readonly string[] {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(printed);
  } catch {
    throw new Unclear("it printed what is not UTF-8");
  }
  return text
    .split("\n")
    .map((line) => line.replace(/\r$/, ""))
    .filter((line) => line.trim() !== "");
}

/** Whether it can be the external id of something. */
export const isExternalId = (text: string, prefix: string) =>
  text.startsWith(prefix) &&
  text.trim() === text &&
  !/\p{Cc}/u.test(text) &&
  text !== "" &&
  text.length <= LONGEST_EXTERNAL_ID;

export type Order = "id" | "external_id";

/** A drett id and an external id, one behind the other, with blanks or tabs between. */
export function listedIn(line: string, order: Order, prefix: string): Listed | undefined {
  const text = line.trim();
  const words = text.split(/\s+/);
  const id = (order === "id" ? words.at(0) : words.at(-1)) ?? "";
  const externalId = (order === "id" ? text.slice(id.length) : text.slice(0, -id.length)).trim();
  return ID.test(id) && isExternalId(externalId, prefix) ? { id, externalId } : undefined;
}
