import { createHmac } from "node:crypto";

/** The signatures of a message, one for each secret; `seconds` is when it is sent. */
export type Sign = (id: string, seconds: number, payload: string) => string;

const FORM = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const [LEAST, MOST] = [24, 64];

/** What a secret must be, for messages that never show one. */
export const SECRET_FORM = `\`whsec_\` and ${LEAST} to ${MOST} random bytes in base64`;

export function readSecret(text: string): Buffer | undefined {
  const [, encoded] = FORM.exec(text) ?? [];
  const secret = encoded === undefined ? undefined : Buffer.from(encoded, "base64");
  return secret && secret.length >= LEAST && secret.length <= MOST ? secret : undefined;
}

/** As in Standard Webhooks 1.0.0 (https://www.standardwebhooks.com): any one that a receiver knows proves it. */
export const signer =
  (secrets: readonly Buffer[]): Sign =>
  (id, seconds, payload) =>
    secrets.map((secret) => `v1,${hmac(secret, `${id}.${seconds}.${payload}`)}`).join(" ");

const hmac = (secret: Buffer, text: string) => createHmac("sha256", secret).update(text).digest("base64");
