import { isDeepStrictEqual } from "node:util";
import { describe, type Request, send, wrongWith } from "./client.ts";
import type { Command, ToldFact } from "./command.ts";
import type { Answer } from "./http.ts";

/**
 * Sends again what was not answered, in the client's order, and takes the answers into its history.
 * Each must be as if it were the first, but for what was recorded already: that is not created again.
 */
export async function retryUnanswered(
  url: string,
  requests: readonly Request[],
  has: (fact: ToldFact) => boolean,
): Promise<string[]> {
  const faults: string[] = [];
  for (const request of requests) {
    const known = request.commands.map(({ facts: [fact] }) => fact !== undefined && has(fact));
    request.answers = await send(url, request);
    for (const [place, command] of request.commands.entries()) {
      const expected = { ...command, creates: command.creates === true && !known[place] };
      const wrong = wrongWith(expected, request.answers[place]);
      if (wrong !== undefined) faults.push(`retried: ${wrong}`);
    }
  }
  return faults;
}

/** Sends again what was answered: it must be answered alike. */
export async function retryAnswered(url: string, requests: readonly Request[]): Promise<string[]> {
  const faults: string[] = [];
  for (const request of requests) {
    const answers = await send(url, request);
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
