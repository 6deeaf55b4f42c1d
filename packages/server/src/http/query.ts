import type { TObject } from "typebox";

interface Field {
  readonly type?: string;
}

/** A query string knows only text: reads numbers and lists where the shape expects them, and leaves the rest to it. */
export function inputOfQuery(shape: TObject, query: object): Record<string, unknown> {
  const fields = shape.properties as unknown as Record<string, Field>;
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, read(fields[name]?.type, value)]),
  );
}

function read(type: string | undefined, value: unknown): unknown {
  if (type === "array") return Array.isArray(value) ? value : [value];
  if (type === "integer" && typeof value === "string" && /^-?\d{1,15}$/.test(value)) return Number(value);
  return value;
}
