import { isDeepStrictEqual } from "node:util";
import { type Door, describe, type Request, wrongWith } from "./client.ts";
import type { Command, ToldFact } from "./command.ts";
import type { Answer } from "./http.ts";

/**
 * Sends again what was not answered, in the client's order, and takes the answers into its history.
 * Each must be as if it were the first, but for what was recorded already: that is not created again.
 */
export async function retryUnanswered(
  door: Door,
  requests: readonly Request[],
  has: (fact: ToldFact) => boolean,
): Promise<string[]> {
  const faults: string[] = [];
  for (const request of requests) {
    const known = request.commands.map(({ facts: [fact] }) => fact !== undefined && has(fact));
    request.answers = await door(request);
    for (const [place, command] of request.commands.entries()) {
      const wrong = wrongWith(command, request.answers[place], known[place]);
      if (wrong !== undefined) faults.push(`retried: ${wrong}`);
    }
  }
  return faults;
}

/** Sends again what was answered: it must be answered alike. */
export async function retryAnswered(door: Door, requests: readonly Request[]): Promise<string[]> {
  const faults: string[] = [];
  for (const request of requests) {
    const answers = await door(request);
    for (const [place, command] of request.commands.entries()) {
      const [before, now] = [request.answers?.[place], answers[place]];
      if (!isAlike(command, before, now)) {
        faults.push(
          `${describe(command)} was answered ${JSON.stringify(before)}, and retried ${JSON.stringify(now)}`,
        );
      }
    }
  }
  return faults;
}

function isAlike(command: Command, before: Answer | undefined, now: Answer | undefined): boolean {
  const [first, again] = [command.creates ? 200 : before?.status, now?.status];
  return first === again && isDeepStrictEqual(before?.body, now?.body);
}
