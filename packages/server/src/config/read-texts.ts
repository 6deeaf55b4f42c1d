import { faultIn, Text } from "@drett/core";
import { Type } from "typebox";
import { ConfigRefused } from "./config-refused.ts";
import type { Said } from "./read-settings.ts";

/** One text, or a list of such: none of them empty. */
export function readTexts(name: string, { raw, where }: Said): readonly string[] {
  const texts = typeof raw === "string" ? [raw] : raw;
  if (Array.isArray(texts) && texts.length > 0 && texts.every(isText)) return texts;
  throw new ConfigRefused(
    `${where}: ${name} is ${JSON.stringify(raw)}: use a text or a list of texts; what YAML takes for something else needs quotes`,
  );
}

const TEXT = Type.Object({ text: Text });
const isText = (text: unknown): text is string => faultIn(TEXT, { text }) === undefined;
