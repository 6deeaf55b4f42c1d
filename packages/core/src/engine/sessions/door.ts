import type { Caller } from "../../domain/caller.ts";
import { type Command, isRefusal } from "../../domain/command.ts";
import { claim } from "../../domain/commands/claim.ts";
import { closeSession } from "../../domain/commands/close-session.ts";
import { heartbeat } from "../../domain/commands/heartbeat.ts";
import { openSession } from "../../domain/commands/open-session.ts";
import { registerIntent } from "../../domain/commands/register-intent.ts";
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
  submit: (input?: object) => Promise<Outcome>,
): Promise<Outcome> | undefined {
  switch (name) {
    case openSession.name:
      return watch ? open(watch, input as { id?: string }, submit) : noSessions();
    case heartbeat.name:
      return watch ? watch.beats.beat((input as { id: string }).id, caller) : noSessions();
    case closeSession.name:
      return close(watch, input as { id: string }, submit);
    case claim.name:
      return claimFor(watch, input as { session?: string }, submit);
    case registerIntent.name:
      return "opens" in (input as Intent) ? registerIn(watch, input as Intent, submit) : undefined;
    default:
      return undefined;
  }
}

const noSessions = async () => refuse("no-sessions", "This process ends with this request.");

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

/** Whoever is heard next is to be told of it, whatever memory takes the session for. */
async function claimFor(
  watch: SessionWatch | undefined,
  { session }: { session?: string },
  submit: () => Promise<Outcome>,
): Promise<Outcome> {
  const outcome = await submit();
  if (session !== undefined) watch?.roll.doubt(session);
  return outcome;
}

interface Intent {
  readonly session?: string;
  readonly opens?: object;
}

/** A promise to be heard is taken only where somebody hears. The next turn enters the session that it opened. */
async function registerIn(
  watch: SessionWatch | undefined,
  { opens, ...intent }: Intent,
  submit: (input?: object) => Promise<Outcome>,
): Promise<Outcome> {
  if (!watch) return submit(intent);
  const outcome = await submit();
  // Also where it is refused: it may be written all the same.
  if (intent.session !== undefined) watch.enrolment.mayBeOpen(intent.session);
  return outcome;
}
