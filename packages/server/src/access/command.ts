import { ROLES } from "@drett/core";
import { Command, InvalidArgumentError, Option } from "commander";
import { parseDuration } from "../config/duration.ts";
import { addKey, revokeKeys, rotateKey } from "./change-keys.ts";
import type { KeyEntry } from "./key-entry.ts";
import { keyFileIn, readKeyFile } from "./key-file.ts";
import { lastUsedIn, readLastUsed } from "./last-used.ts";
import { listKeys, showKeys } from "./list-keys.ts";

const DIRECTORY = [
  "<directory>",
  "the configuration directory; ./drett-data where you serve without one",
] as const;
const WHICH = ["<name>", "the name of the key, or its id"] as const;

/** `drett-server keys …`. A running server takes what they change within a second. */
export function keysCommand(): Command {
  const keys = new Command("keys").description("API keys: who may do what");
  keys
    .command("add")
    .description("make a key; standard output has it, and nothing else ever will")
    .argument(...DIRECTORY)
    .argument("<name>", "who it is for: the actor of what is recorded with it")
    .addOption(
      new Option("--role <role...>", "what it may do; none includes another")
        .choices(ROLES)
        .makeOptionMandatory(),
    )
    .option("--application <name...>", "the only ones whose records exist for it; all where none is named")
    .option(
      "--expires <duration>",
      "after how long it ends, such as 90d; never where nothing is said",
      seconds,
    )
    .action((directory: string, name: string, options: AddOptions) => {
      const { role: roles, application: applications, expires } = options;
      const named = new Set(roles);
      tell(addKey(keyFileIn(directory), { name, roles: [...named], applications, expires }, Date.now()));
    });
  keys
    .command("list")
    .description("the keys, their rights, and when each was used last")
    .argument(...DIRECTORY)
    .option("--json", "print JSON")
    .action((directory: string, { json }: { json?: true }) => {
      const used = readLastUsed(lastUsedIn(directory));
      const listed = listKeys(readKeyFile(keyFileIn(directory)), used, Date.now());
      console.log(json ? JSON.stringify(listed, null, 2) : showKeys(listed));
    });
  keys
    .command("revoke")
    .description("end a key now")
    .argument(...DIRECTORY)
    .argument(...WHICH)
    .action((directory: string, which: string) => {
      for (const id of revokeKeys(keyFileIn(directory), which, Date.now())) console.log(`revoked ${id}`);
    });
  keys
    .command("rotate")
    .description("a new key of the same name and rights; standard output has it")
    .argument(...DIRECTORY)
    .argument(...WHICH)
    .option(
      "--keep <duration>",
      "how long the old one goes on, such as 1h; it ends now where nothing is said",
      seconds,
    )
    .option(
      "--expires <duration>",
      "after how long the new one ends, such as 90d; when the old one was to end where nothing is said",
      seconds,
    )
    .action((directory: string, which: string, options: { keep?: number; expires?: number }) => {
      tell(rotateKey(keyFileIn(directory), which, options, Date.now()));
    });
  return keys;
}

interface AddOptions {
  readonly role: KeyEntry["roles"];
  readonly application?: string[];
  readonly expires?: number;
}

function tell(key: string): void {
  console.error("This is the only time that the key is shown; only its hash is kept.");
  console.log(key);
}

function seconds(text: string): number {
  const value = parseDuration(text);
  if (value !== undefined) return value;
  throw new InvalidArgumentError("Use a duration such as 90d, 12h or 30m.");
}
