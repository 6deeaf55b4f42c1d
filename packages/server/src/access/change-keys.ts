import { nearest } from "@drett/core";
import { canBeApplication, canBeName, type KeyEntry, stateOf } from "./key-entry.ts";
import { changeKeyFile, KeysRefused } from "./key-file.ts";
import { hashOf, mintKey, writeKey } from "./key-text.ts";

export interface NewKey {
  readonly name: string;
  readonly roles: KeyEntry["roles"];
  readonly applications?: string[] | undefined;
  /** Seconds from now. */
  readonly expires?: number | undefined;
}

/** Adds a key, and returns its text: it is kept nowhere. */
export function addKey(path: string, { name, roles, applications, expires }: NewKey, now: number): string {
  if (!canBeName(name)) {
    throw new KeysRefused(
      `${JSON.stringify(name)} cannot be the name of a key: use up to 63 letters, digits, spaces and . _ @ -, and not a name of drett's own`,
    );
  }
  const strange = applications?.find((application) => !canBeApplication(application));
  if (strange !== undefined) {
    throw new KeysRefused(
      `a key cannot be for the application ${JSON.stringify(strange)}: name one, and not drett, which stands for what concerns all`,
    );
  }
  return changeKeyFile(path, (keys) => {
    if (liveOf(name, keys, now).length > 0) {
      throw new KeysRefused(`there is a key ${name} already: rotate or revoke it, or choose another name`);
    }
    const { entry, text } = minted(
      {
        name,
        roles,
        ...(applications && { applications }),
        ...(expires !== undefined && { expires: instant(now + 1_000 * expires) }),
      },
      now,
    );
    return { keys: [...keys, entry], result: text };
  });
}

/** Ends the keys of this name, or the one of this id. Returns their ids. */
export const revokeKeys = (path: string, which: string, now: number): readonly string[] =>
  changeKeyFile(path, (keys) => {
    const ending = liveOf(which, keys, now);
    if (ending.length === 0) throw noSuch(which, keys, now);
    const end = (entry: KeyEntry) => (ending.includes(entry) ? { ...entry, revoked: instant(now) } : entry);
    return { keys: keys.map(end), result: ending.map(({ id }) => id) };
  });

/**
 * A new secret for the same name and rights. The one of before ends after so many seconds; the new one when that was to
 * end, unless another end is named.
 */
export const rotateKey = (
  path: string,
  which: string,
  { keep = 0, expires }: { keep?: number | undefined; expires?: number | undefined },
  now: number,
): string =>
  changeKeyFile(path, (keys) => {
    const ending = liveOf(which, keys, now);
    const last = ending.at(-1);
    if (!last) throw noSuch(which, keys, now);
    const { id: _id, hash: _hash, created: _created, ...same } = last;
    const end = expires === undefined ? {} : { expires: instant(now + 1_000 * expires) };
    const { entry, text } = minted({ ...same, ...end }, now);
    const until = instant(now + 1_000 * keep);
    const ended = (it: KeyEntry): KeyEntry => {
      if (!ending.includes(it)) return it;
      if (keep === 0) return { ...it, revoked: instant(now) };
      return { ...it, expires: it.expires !== undefined && it.expires < until ? it.expires : until };
    };
    return { keys: [...keys.map(ended), entry], result: text };
  });

const instant = (ms: number) => new Date(ms).toISOString();

function minted(about: Omit<KeyEntry, "id" | "hash" | "created">, now: number) {
  const key = mintKey();
  const { name, ...others } = about;
  const entry = { id: key.id, name, hash: hashOf(key.secret), ...others, created: instant(now) };
  return { entry, text: writeKey(key) };
}

const liveOf = (which: string, keys: readonly KeyEntry[], now: number) =>
  keys.filter((it) => (it.name === which || it.id === which) && stateOf(it, now) === "live");

function noSuch(which: string, keys: readonly KeyEntry[], now: number): KeysRefused {
  const names = keys.filter((it) => stateOf(it, now) === "live").map(({ name }) => name);
  const meant = nearest(which, names);
  const hint =
    meant === undefined ? "`drett-server keys list` tells which there are" : `did you mean ${meant}?`;
  return new KeysRefused(`no live key has the name or the id ${JSON.stringify(which)}; ${hint}`);
}
