import { StoreUnavailable } from "@drett/core";
import { KeysRefused } from "./access/key-file.ts";
import { ConfigRefused } from "./config/config-refused.ts";
import { ImportRefused } from "./moving/import.ts";
import { GcRefused } from "./retention/gc.ts";
import { ServersRefused } from "./servers.ts";

/** For whoever runs a command: what to do about what is expected, all there is about a mistake of drett's own. */
export function explain(error: unknown): string {
  const refusals = [ConfigRefused, ImportRefused, KeysRefused, GcRefused, ServersRefused];
  if (refusals.some((refused) => error instanceof refused)) return (error as Error).message;
  if (error instanceof StoreUnavailable) return `${error.message}\n  ${error.remedy}`;
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return `${message}\n  Another server has this port: stop it, or set DRETT_PORT.`;
  if (code === "EACCES") return `${message}\n  Choose a port above 1023 with DRETT_PORT.`;
  return stack ?? message;
}
