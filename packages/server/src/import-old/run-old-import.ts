import { writeFileSync } from "node:fs";
import { Engine, nearest, StoreUnavailable } from "@drett/core";
import { v7 as uuid } from "uuid";
import { ConfigRefused } from "../config/config-refused.ts";
import { type Config, readConfig } from "../config/read-config.ts";
import { countLeft, describeImport, type Tallies } from "./describe-import.ts";
import { ImportStopped, importOld } from "./import-old.ts";
import type { OldCollections } from "./old-collections.ts";
import { openOld } from "./open-old.ts";
import { progressBar } from "./progress.ts";
import { isText } from "./reading.ts";
import { ownTerminal, type Terminal } from "./terminal.ts";
import { ownZone, type Zone, zoneNamed } from "./zone.ts";

export interface OldImportArguments {
  /** The configuration directory of the old drett. */
  readonly directory: string;
  /** That of the server which the records go to; the same one where none is named. */
  readonly into?: string | undefined;
  readonly timezone?: string | undefined;
  readonly application?: string | undefined;
  readonly dryRun?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
  /** The file that the report is written to, as JSON. */
  readonly report?: string | undefined;
}

export interface OldImportWorld {
  readonly env: NodeJS.ProcessEnv;
  readonly terminal?: Terminal;
  readonly open?: (directory: string, env: NodeJS.ProcessEnv) => Promise<OldCollections>;
}

/** 0: done. 1: nothing was done. 2: done, and some records are left. */
type ExitCode = 0 | 1 | 2;

/** `drett-server import-0.1` */
export async function runOldImport(
  args: OldImportArguments,
  { env, terminal = ownTerminal(), open = openOld }: OldImportWorld,
): Promise<ExitCode> {
  const { directory, into, application } = args;
  checkArguments(args);
  const zone = zoneOf(args.timezone, terminal);
  const target = await readConfig(into ?? directory, env);
  // The environment speaks of the server that the records go to.
  const from = await open(directory, into === undefined ? env : {});
  try {
    const onProgress = terminal.draw && progressBar(terminal.draw, await from.counts());
    const run = async (into?: Engine) => {
      const tallies = await importOld({ from, into, zone, application, onProgress });
      terminal.draw?.("");
      return tallies;
    };
    if (args.dryRun) return report(await run(), args, zone, terminal);
    if (!args.yes) {
      terminal.say(describeImport(await run(), true));
      if (!(await isWanted(target, terminal))) return 1;
    }
    return report(await withEngine(target, terminal, run), args, zone, terminal);
  } finally {
    await from.close();
  }
}

function checkArguments({ application, report }: OldImportArguments): void {
  if (application !== undefined && !isText(application)) throw new ConfigRefused("--application is no name");
  // An earlier report stays until there is another.
  if (report !== undefined) writeReport(report, "", "a");
}

function zoneOf(named: string | undefined, terminal: Terminal): Zone {
  const name = named ?? ownZone();
  const zone = zoneNamed(name);
  if (!zone) {
    const meant = nearest(name, Intl.supportedValuesOf("timeZone"));
    const hint = meant === undefined ? "use an IANA name, such as Europe/Budapest" : `did you mean ${meant}?`;
    throw new ConfigRefused(`--timezone ${name} is no time zone; ${hint}`);
  }
  if (named === undefined) {
    terminal.say(
      `The local times of the old records are read as those of ${name}, the zone of this machine; --timezone names another.`,
    );
  }
  return zone;
}

async function isWanted({ file, directory }: Config, { ask, say }: Terminal): Promise<boolean> {
  if (!ask) {
    say("Nothing was recorded, for nobody is there to ask: --yes records it, --dry-run only counts.");
    return false;
  }
  const answer = await ask(`Record this in the store of ${file ?? directory}? [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return true;
  say("Nothing was recorded.");
  return false;
}

const AGAIN = "What was recorded stays: run the import again, and it goes on from there.";

async function withEngine(
  target: Config,
  { say }: Terminal,
  run: (into: Engine) => Promise<Tallies>,
): Promise<Tallies> {
  const store = await target.openStore({ role: "server", warn: say });
  let trouble: unknown;
  const onError = (error: unknown) => {
    trouble = error;
  };
  const engine = new Engine({ store, newId: () => `d${uuid()}`, onError });
  try {
    return await run(engine);
  } catch (error) {
    if (error instanceof ImportStopped && trouble instanceof StoreUnavailable) {
      throw new StoreUnavailable(trouble.message, `${trouble.remedy}\n  ${AGAIN}`, { cause: trouble });
    }
    throw error;
  } finally {
    await engine.close();
    await store.close();
  }
}

function report(tallies: Tallies, args: OldImportArguments, zone: Zone, { out }: Terminal): ExitCode {
  const isPlan = args.dryRun === true;
  const json = JSON.stringify({ dryRun: isPlan, timeZone: zone.name, ...tallies }, null, 2);
  if (args.report !== undefined) writeReport(args.report, `${json}\n`);
  out(args.json ? json : describeImport(tallies, isPlan));
  return countLeft(tallies) > 0 ? 2 : 0;
}

function writeReport(file: string, text: string, flag: "a" | "w" = "w"): void {
  try {
    writeFileSync(file, text, { flag });
  } catch (error) {
    throw new ConfigRefused(`--report ${file} cannot be written: ${(error as Error).message}`);
  }
}
