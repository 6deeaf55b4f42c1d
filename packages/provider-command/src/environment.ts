import type { About } from "./placeholders.ts";
import { fill } from "./placeholders.ts";

export type Variables = { readonly [name: string]: string };

/** Who gets nothing else of the server's: its own variables hold keys. */
const ALWAYS = ["PATH", "HOME", "LANG"];

/** What is passed on of the server's variables. */
export const passedOf = (names: readonly string[], server: NodeJS.ProcessEnv): Variables =>
  Object.fromEntries(
    [...ALWAYS, ...names].flatMap((name) => {
      const value = server[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** `NAME=value`, apart. */
export function splitVariable(entry: string): readonly [name: string, value: string] {
  const at = entry.indexOf("=");
  return [entry.slice(0, at), entry.slice(at + 1)];
}

/** The variables of a call: a later one wins. */
export const environmentFor = (
  passed: Variables,
  configured: readonly string[],
  operation: string,
  about: About,
): Variables => ({
  ...passed,
  ...Object.fromEntries(configured.map(splitVariable).map(([name, value]) => [name, fill(value, about)])),
  ...told(operation, about),
});

/** The record, for programs that read no JSON. What has no plain form stands on standard input alone. */
function told(operation: string, about: About): Variables {
  const values = {
    DRETT_OPERATION: operation,
    DRETT_ID: about.id,
    DRETT_EXTERNAL_ID: about.externalId,
    DRETT_TYPE: about.type,
    DRETT_OWNER: about.owner,
    DRETT_APPLICATION: about.application,
    DRETT_MODULE: about.module,
    DRETT_SCOPE: about.scope,
  };
  return Object.fromEntries(
    Object.entries(values).filter((it): it is [string, string] => it[1] !== undefined),
  );
}

/** Everything that is known, as the program reads it on standard input. */
export function inputFor(operation: string, { since, ...about }: About): string {
  const when = since === undefined ? {} : { since: new Date(since).toISOString() };
  return `${JSON.stringify({ operation, ...about, ...when })}\n`;
}
