/** Short, so that a death is found within the time of a test. */
export const SESSION_TTL = "5s";
export const SESSION_TTL_MS = 5_000;

/** A kind of thing, and what drett may do with it. */
export interface Kind {
  readonly type: string;
  /** The cloud denies whoever wants to delete it. */
  readonly isProtected?: true;
}

/** As often as it stands here it is created. `vm`: freed; `port`: denied; `image`: a small budget; `disk`: observed. */
export const KINDS: readonly Kind[] = [
  ...Array.from({ length: 16 }, () => ({ type: "vm" })),
  { type: "port", isProtected: true },
  { type: "image" },
  { type: "image" },
  { type: "disk" },
];

/** What the policies free without anybody, within a budget that nothing exceeds. */
export const FREED_TYPE = "vm";
