import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** What a key says of itself, and the secret that proves it. */
export interface KeyText {
  readonly id: string;
  readonly secret: string;
}

/** A form of its own, so that a search for secrets finds one wherever it has been left. */
const FORM = /^drett_([0-9a-f]{12})_([0-9a-f]{64})$/;

export const mintKey = (): KeyText => ({
  id: randomBytes(6).toString("hex"),
  secret: randomBytes(32).toString("hex"),
});

export const writeKey = ({ id, secret }: KeyText): string => `drett_${id}_${secret}`;

export function readKey(text: string): KeyText | undefined {
  const [, id, secret] = FORM.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** A fast one is right: of 256 random bits nobody can try enough. */
export const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");

export const isSecretOf = (hash: string, secret: string): boolean =>
  timingSafeEqual(Buffer.from(hash, "hex"), Buffer.from(hashOf(secret), "hex"));
