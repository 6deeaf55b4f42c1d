import { faultIn, Labels, type Match } from "@drett/core";
import { Type } from "typebox";
import { ConfigRefused } from "./config-refused.ts";
import { type Said, sayingsOf } from "./read-settings.ts";
import { readTexts } from "./read-texts.ts";
import type { Path, YamlFile } from "./yaml-file.ts";

/** What a match may name, beside labels. */
export const PROPERTIES = ["application", "module", "owner", "type", "scope"] as const;

/** How a policy says that it is for all there is. */
export const EVERYTHING = "everything";

const WHAT = `name one of ${PROPERTIES.join(", ")}, labels, or write \`match: ${EVERYTHING}\``;

export function readMatch(file: YamlFile, path: Path, said: Said | undefined): Match {
  if (said?.raw === EVERYTHING) return {};
  if (said === undefined)
    throw new ConfigRefused(`${file.where(path)}: ${path.join(".")} has no match: ${WHAT}`);
  if (typeof said.raw === "string")
    throw new ConfigRefused(`${said.where}: match is ${JSON.stringify(said.raw)}: ${WHAT}`);
  const at = [...path, "match"];
  const properties = sayingsOf(file, at, said.raw, [...PROPERTIES, "labels"]);
  if (properties.size === 0) throw new ConfigRefused(`${said.where}: match is empty: ${WHAT}`);
  const entries = [...properties].map(([name, one]) => [
    name,
    name === "labels" ? readLabels(file, [...at, name], one) : readTexts(name, one),
  ]);
  return Object.fromEntries(entries) as Match;
}

const LABELS = Type.Object({ labels: Labels });

function readLabels(file: YamlFile, path: Path, { raw, where }: Said): { readonly [key: string]: string } {
  const labels = Object.fromEntries([...sayingsOf(file, path, raw)].map(([key, one]) => [key, one.raw]));
  if (Object.keys(labels).length > 0 && faultIn(LABELS, { labels }) === undefined)
    return labels as { [key: string]: string };
  throw new ConfigRefused(
    `${where}: labels is ${JSON.stringify(raw)}: use a mapping of keys to texts, such as resources have; what YAML takes for something else needs quotes`,
  );
}

/** Whether whatever the other one matches is matched by this one. */
export function covers({ labels = {}, ...one }: Match, other: Match): boolean {
  const coversProperty = (property: (typeof PROPERTIES)[number]) => {
    const [mine, its] = [one[property], other[property]];
    return mine === undefined || (its !== undefined && its.every((value) => mine.includes(value)));
  };
  return (
    PROPERTIES.every(coversProperty) &&
    Object.entries(labels).every(([key, value]) => other.labels?.[key] === value)
  );
}
