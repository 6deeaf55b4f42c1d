import { isRefusal } from "../../domain/command.ts";
import { freezeItself } from "../../domain/commands/freeze-itself.ts";
import { type Freeze, frozen } from "../../domain/reclaim/freeze.ts";
import { ACTOR } from "../looking.ts";
import { aheadBy } from "./clock-watch.ts";
import type { Tools } from "./tools.ts";

const FREEZE_MS = 900_000;

/** Freezes where this server's clock was set. Until that is durable, the jump itself keeps everything from being deleted. */
export async function watchClock(tools: Tools): Promise<void> {
  const { clock } = tools;
  const offset = clock.offset();
  const jump = clock.jumpTo(offset);
  if (jump !== undefined) await freeze(tools, `The wall clock was set by ${jump} milliseconds.`);
  clock.accept(offset);
}

/** Freezes where the latest of all facts was heard at a time that is yet to come. */
export async function watchOthers(tools: Tools, latest: number, freezes: readonly Freeze[]): Promise<void> {
  const ahead = aheadBy([latest], tools.engine.clock.now());
  if (ahead === undefined || freezes.some((it) => frozen(it).cause === "clock")) return;
  await freeze(tools, `Another server's clock is ${ahead} milliseconds ahead of this one's.`);
}

/** Rejects where it could not be written: nothing may begin then. */
async function freeze({ engine, onEvent }: Tools, reason: string): Promise<void> {
  const id = `f${crypto.randomUUID()}`;
  const until = engine.clock.now() + FREEZE_MS;
  const outcome = await engine.submit(freezeItself, { id, cause: "clock", reason, until }, ACTOR);
  if (isRefusal(outcome)) throw new Error(`${reason} No freeze could be written: ${outcome.detail}`);
  onEvent({ kind: "frozen", id, reason });
}
