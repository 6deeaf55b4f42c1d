import { faultIn, Id } from "@drett/core";
import { Type } from "typebox";
import { ConfigRefused } from "./config-refused.ts";

const NAME = Type.Object({ name: Id });

/** What a file gives a name to is recorded and counted under it: it is written as drett's ids are. */
export function refuseBadName(name: string, thing: string, where: string): void {
  if (faultIn(NAME, { name }) === undefined) return;
  throw new ConfigRefused(
    `${where}: ${JSON.stringify(name)} is no name of a ${thing}: use 1 to 63 of a-z, 0-9 and '-', a letter first`,
  );
}
