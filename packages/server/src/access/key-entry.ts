import { type KeyHolder, ROLES, Text } from "@drett/core";
import { type Static, Type } from "typebox";

/** Whom drett calls so itself. */
const RESERVED = ["drett", "local", "nobody"];
const NAME = /^[A-Za-z0-9][A-Za-z0-9 ._@-]{0,62}$/;

/** Times are RFC 3339 in UTC. */
const Time = Type.String({ pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$" });

/** One key, without its secret. */
export const KeyEntry = Type.Object(
  {
    id: Type.String({ pattern: "^[0-9a-f]{12}$" }),
    name: Type.String({ pattern: NAME.source }),
    /** SHA-256 of the secret. */
    hash: Type.String({ pattern: "^[0-9a-f]{64}$" }),
    roles: Type.Array(Type.Enum([...ROLES]), { minItems: 1 }),
    /** Absent: all of them. */
    applications: Type.Optional(Type.Array(Text, { minItems: 1, maxItems: 100 })),
    created: Time,
    expires: Type.Optional(Time),
    revoked: Type.Optional(Time),
  },
  { additionalProperties: false },
);
export type KeyEntry = Static<typeof KeyEntry>;

export type KeyState = "live" | "expired" | "revoked";

export function stateOf({ revoked, expires }: KeyEntry, now: number): KeyState {
  if (revoked !== undefined) return "revoked";
  return expires !== undefined && Date.parse(expires) <= now ? "expired" : "live";
}

export const holderOf = ({ name, roles, applications }: KeyEntry): KeyHolder => ({
  name,
  roles,
  ...(applications && { applications }),
});

export const canBeName = (name: string) => NAME.test(name) && !RESERVED.includes(name);

/** Freezes and plans count as drett's: a key for it alone would have those of all. */
export const canBeApplication = (name: string) => name !== "" && name !== "drett";
