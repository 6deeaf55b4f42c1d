import { resolve } from "node:path";
import type { Setting } from "@drett/core";
import { formatDuration, parseDuration } from "./duration.ts";

/** What was written, as a value of the setting; or what must be written instead. */
export type Parsed = { readonly value: unknown } | { readonly use: string };

/** `raw` is text from the environment, or whatever YAML made of it. */
export function parseSetting(setting: Setting, raw: unknown, directory: string): Parsed {
  switch (setting.type) {
    case "text":
      return typeof raw === "string"
        ? { value: raw }
        : { use: "text; what YAML takes for something else needs quotes" };
    case "choice":
      return setting.of.includes(raw as string) ? { value: raw } : { use: `one of ${setting.of.join(", ")}` };
    case "list":
      return parseList(raw);
    case "integer":
      return within(setting, wholeNumber(raw), `a whole number from ${setting.least} to ${setting.most}`);
    case "flag":
      return typeof raw === "boolean" || raw === "true" || raw === "false"
        ? { value: String(raw) === "true" }
        : { use: "true or false" };
    case "duration": {
      const [least, most] = [formatDuration(setting.least), formatDuration(setting.most)];
      const seconds = typeof raw === "string" ? parseDuration(raw) : undefined;
      return within(setting, seconds, `a duration such as 30s or 1h30m, from ${least} to ${most}`);
    }
    case "path":
      return typeof raw === "string" && raw !== "" ? { value: resolve(directory, raw) } : { use: "a path" };
    default: {
      const never: never = setting;
      return never;
    }
  }
}

function parseList(raw: unknown): Parsed {
  const items = typeof raw === "string" ? raw.split(",") : raw;
  return Array.isArray(items) && items.every((item) => typeof item === "string")
    ? { value: items.map((item) => item.trim()).filter((item) => item !== "") }
    : { use: "a list of texts" };
}

function within(
  { least, most }: { least: number; most: number },
  value: number | undefined,
  use: string,
): Parsed {
  return value !== undefined && value >= least && value <= most ? { value } : { use };
}

function wholeNumber(raw: unknown): number | undefined {
  if (typeof raw === "string") return /^\d{1,9}$/.test(raw) ? Number(raw) : undefined;
  return Number.isSafeInteger(raw) ? (raw as number) : undefined;
}
