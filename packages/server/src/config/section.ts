import { nearest } from "@drett/core";
import type { Path } from "./yaml-file.ts";

/** Ends the reading: says what is wrong with what stands there. */
export type Refuse = (path: Path, message: string) => never;

/** One mapping of a file. Whoever reads it names the keys that it may have. */
export class Section {
  readonly path: Path;
  readonly #values: { readonly [key: string]: unknown };
  readonly #refuse: Refuse;

  /** What is not there is an empty mapping. */
  constructor(value: unknown, path: Path, refuse: Refuse) {
    this.path = path;
    this.#refuse = refuse;
    if (value !== undefined && value !== null && (typeof value !== "object" || Array.isArray(value)))
      this.refuse([], "must be a mapping");
    this.#values = (value ?? {}) as { readonly [key: string]: unknown };
  }

  keys(): readonly string[] {
    return Object.keys(this.#values);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  get(key: string): unknown {
    return Object.hasOwn(this.#values, key) ? (this.#values[key] ?? undefined) : undefined;
  }

  section(key: string): Section {
    return new Section(this.get(key), [...this.path, key], this.#refuse);
  }

  text(key: string): string | undefined {
    const value = this.get(key);
    if (value !== undefined && typeof value !== "string") this.refuse([key], "must be text");
    return value;
  }

  /** As YAML 1.1 wrote it too, which the old files are in. */
  flag(key: string): boolean | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    const word = typeof value === "string" ? value.toLowerCase() : value;
    if ([true, 1, "yes", "on"].includes(word as never)) return true;
    if ([false, 0, "no", "off"].includes(word as never)) return false;
    this.refuse([key], "must be true or false");
  }

  /** One of the known names of a thing, or nothing where none is given. */
  choice(key: string, thing: string, known: readonly string[]): string | undefined {
    const value = this.get(key);
    if (value !== undefined) this.mustBeKnown([key], value, thing, known);
    return value as string | undefined;
  }

  names(key: string, thing: string, known: readonly string[]): readonly string[] {
    const value = this.get(key) ?? [];
    if (!Array.isArray(value)) this.refuse([key], "must be a list");
    for (const [place, name] of value.entries()) this.mustBeKnown([key, place], name, thing, known);
    return value;
  }

  refuseKeysBut(...known: readonly string[]): void {
    for (const key of this.keys()) {
      if (!known.includes(key)) this.refuse([key], `is not a setting here; ${hint(key, known)}`);
    }
  }

  mustBeKnown(at: Path, value: unknown, thing: string, known: readonly string[]): void {
    if (!known.includes(value as string))
      this.refuse(at, `names ${JSON.stringify(value)}, which is not ${thing}; ${hint(textOf(value), known)}`);
  }

  refuse(at: Path, message: string): never {
    const path = [...this.path, ...at];
    return this.#refuse(path, `${path.join(".") || "the file"} ${message}`);
  }
}

function hint(given: string, known: readonly string[]): string {
  const meant = nearest(given, known);
  if (meant !== undefined) return `did you mean ${JSON.stringify(meant)}?`;
  return known.length > 0 ? `there ${known.length > 1 ? "are" : "is"} ${known.join(", ")}` : "there is none";
}

const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
