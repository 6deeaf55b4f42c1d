import { type Static, type TProperties, type TStringOptions, Type } from "typebox";
import type { RefusalCode } from "./refusal.ts";

/** What one request may carry; `docs/errors.md` names the refusal of each. */
export const LIMITS = {
  bodyBytes: 8 * 1024 * 1024,
  dataBytes: 16 * 1024,
  depth: 32,
  labels: 64,
  textCharacters: 1024,
  commands: 10_000,
  resourcesPerAllocation: 1_000,
  /** Facts of one record that only repeat what is known; the news that it exists or is gone always fits. */
  factsPerRecord: 1_000,
  /** Bytes of its facts, likewise. */
  recordBytes: 256 * 1024,
  /** Facts that may have come since a person saw a record, even if none of them matters. */
  unseenFacts: 100,
  page: 1_000,
} as const;

/** The refusal that a value outside the shape gets; `invalid-input` where a shape names none. */
const refusedAs = (code: RefusalCode) => ({ "x-refusal": code });

/** An object that refuses fields it does not know, so that a typo is an error and not a default. */
export const Shape = <T extends TProperties>(
  properties: T,
  options: { description?: string; dependentRequired?: Record<string, string[]> } = {},
) => Type.Object(properties, { additionalProperties: false, ...options });

/** One alphabet that serves as EC2 client token, Kubernetes name and label, GCE name and OpenStack tag. */
const idText = (description: string) =>
  Type.String({
    pattern: "^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$",
    description,
    ...refusedAs("invalid-id"),
  });
const ALPHABET = "1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-'";

export const Id = idText(ALPHABET);

/** One that the caller may choose, so that what is told again is known by it. */
export const idOf = (what: string) =>
  Type.Optional(idText(`an id of your own for ${what}, so that a retry is known for one: ${ALPHABET}`));

/** Half a surrogate pair has no UTF-8, and not every database can hold U+0000: two texts could become one. */
const isStorable = (text: string) => text.isWellFormed() && !text.includes("\0");
const Storable = (options: TStringOptions) =>
  Type.Refine(Type.String(options), isStorable, () => "must be well-formed Unicode without U+0000");

export const Text = Storable({ minLength: 1, maxLength: LIMITS.textCharacters });

const isRealDate = (text: string) => {
  if (Number(text.slice(8, 10)) <= 28) return true;
  const time = Date.parse(text.slice(0, 10));
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text.slice(0, 10);
};

const [FIRST, END] = [Date.UTC(2000), Date.UTC(2100)];

/** Of those years in UTC too, so that every time that is answered would be acceptable again. */
const isRealTime = (text: string) => {
  if (!isRealDate(text)) return false;
  const time = text.endsWith("Z") ? FIRST : Date.parse(text);
  return time >= FIRST && time < END;
};

/** RFC 3339 with a zone, in the years 2000 to 2099. Answers are in UTC with milliseconds. */
export const Instant = Type.Refine(
  Type.String({
    pattern:
      "^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$",
    description: "RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z",
    ...refusedAs("invalid-time"),
  }),
  isRealTime,
  () => "is no time of those years",
);

/** Whole seconds, from 0 (zero means zero) to ten years. */
export const Seconds = Type.Integer({
  minimum: 0,
  maximum: 315_360_000,
  description: "whole seconds, 0 to 315,360,000 (ten years)",
  ...refusedAs("invalid-duration"),
});

/** Of a session: nobody can be heard more often than drett can write. */
export const SessionSeconds = Type.Integer({
  minimum: 5,
  maximum: 86_400,
  description: "whole seconds, 5 to 86,400 (a day)",
  ...refusedAs("invalid-duration"),
});

/** How an engine process promises to be heard. */
export const opening = {
  ttlSeconds: SessionSeconds,
  host: Type.Optional(Text),
  pid: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 53 - 1, description: "a process id" })),
  at: Type.Optional(Instant),
};
export const Opening = Shape(opening, {
  description:
    "opens `session` in the same commit, where it is not known yet, for this application and module: as `open-session` does",
});

export const Labels = Type.Record(
  Type.String({ pattern: "^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$" }),
  Storable({ maxLength: LIMITS.textCharacters }),
  {
    maxProperties: LIMITS.labels,
    additionalProperties: false,
    description: `up to ${LIMITS.labels}; a key is 1 to 63 of A-Z, a-z, 0-9, '.', '_', '/' and '-'`,
  },
);

/** Whatever the engine wants a person to see beside the record; shown, never evaluated. */
export const Data = Type.Refine(
  Type.Record(Type.String(), Type.Unknown(), {
    description: `a JSON object of up to ${LIMITS.dataBytes} bytes`,
    ...refusedAs("data-too-large"),
  }),
  (data) => Buffer.byteLength(JSON.stringify(data)) <= LIMITS.dataBytes,
  () => `is larger than ${LIMITS.dataBytes} bytes`,
);

export const Price = Shape({
  amount: Type.Number({ minimum: 0, maximum: 1e9 }),
  currency: Type.String({ pattern: "^[A-Z]{3}$", description: "ISO 4217, such as EUR" }),
  per: Type.Literal("hour"),
});
export type Price = Static<typeof Price>;

/** What a resource is, as told by its registration or by a report that describes itself. */
export const describing = {
  allocation: Type.Optional(Id),
  session: Type.Optional(Id),
  application: Type.Optional(Text),
  module: Type.Optional(Text),
  type: Text,
  owner: Text,
  scope: Type.Optional(Text),
  parent: Type.Optional(Id),
  ttlSeconds: Type.Optional(Type.Union([Seconds, Type.Null()], refusedAs("invalid-duration"))),
  labels: Type.Optional(Labels),
  price: Type.Optional(Price),
};
