import type { Caller } from "../../domain/caller.ts";
import { type Command, isRefusal } from "../../domain/command.ts";
import { closeSession } from "../../domain/commands/close-session.ts";
import { heartbeat } from "../../domain/commands/heartbeat.ts";
import { openSession } from "../../domain/commands/open-session.ts";
import { refuse } from "../../domain/refusal.ts";
import type { Outcome } from "../committer.ts";
import { deaf } from "./beats.ts";
import type { SessionWatch } from "./watch.ts";

/** Whether memory has its part in the command, and what comes of it then; nothing for all other commands. */
export function submitAside(
  watch: SessionWatch | undefined,
  { name }: Command,
  input: unknown,
  caller: Caller,
  submit: () => Promise<Outcome>,
): Promise<Outcome> | undefined {
  if (name !== openSession.name && name !== heartbeat.name && name !== closeSession.name) return undefined;
  if (name === closeSession.name) return close(watch, input as { id: string }, submit);
  if (!watch) return Promise.resolve(refuse("no-sessions", "This process ends with this request."));
  return name === heartbeat.name
    ? watch.beats.beat((input as { id: string }).id, caller)
    : open(watch, input as { id?: string }, submit);
}

async function open(
  watch: SessionWatch,
  { id }: { id?: string },
  submit: () => Promise<Outcome>,
): Promise<Outcome> {
  if (!(await watch.beats.isReady())) return deaf();
  const outcome = await submit();
  if (!isRefusal(outcome)) await watch.beats.opened((outcome.reply as { id: string }).id);
  // It may be written all the same.
  else if (id !== undefined && outcome.refused === "store-unavailable") watch.enrolment.mayBeOpen(id);
  return outcome;
}

async function close(
  watch: SessionWatch | undefined,
  { id }: { id: string },
  submit: () => Promise<Outcome>,
): Promise<Outcome> {
  const outcome = await submit();
  if (!isRefusal(outcome)) watch?.exchange.drop(id);
  return outcome;
}
