import { parseArgs } from "node:util";
import type { Setting } from "./series.ts";

interface Asked<Of> {
  readonly settings: readonly Of[];
  /** For each of the settings. */
  readonly seconds: number;
  readonly seed: number;
}

/** Reads `--minutes N --seed S` and what picks among the settings; ends the process where that is nothing that can be run here. */
export function readArguments<Of extends Setting>(
  all: readonly Of[],
  picks: readonly ("store" | "servers")[],
  minutes: string,
): Asked<Of> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: {
      minutes: { ...text, default: minutes },
      seed: { ...text, default: String(Date.now() % 1_000_000) },
      ...Object.fromEntries(picks.map((pick) => [pick, text])),
    },
  });
  const picked = values as { readonly [name: string]: string | undefined };
  const settings = all.filter((setting) =>
    picks.every((pick) => [undefined, String(setting[pick])].includes(picked[pick])),
  );
  if (settings.length === 0) {
    const there = all.map((setting) => picks.map((pick) => `--${pick} ${setting[pick]}`).join(" "));
    refuse(`there is no such run: use ${there.join(", or ")}`);
  }
  const missing = settings.find((setting) => setting.missing !== undefined)?.missing;
  if (missing !== undefined) refuse(missing);
  const total = number("minutes", values.minutes, /^(?=.*[1-9])\d+(\.\d+)?$/, "a number above 0");
  const seed = number("seed", values.seed, /^\d{1,9}$/, "a whole number from 0");
  return { settings, seconds: (60 * total) / settings.length, seed };
}

function number(name: string, said: string, form: RegExp, wanted: string): number {
  if (!form.test(said)) refuse(`--${name} is ${said}: use ${wanted}`);
  return Number(said);
}

function refuse(reason: string): never {
  console.error(reason);
  process.exit(2);
}
