import type { Command } from "./command.ts";
import { CommandSource, type Surroundings } from "./command-source.ts";
import { type Answer, post } from "./http.ts";
import { Random } from "./random.ts";

/** One request of a client, in its history before it is sent. */
export interface Request {
  /** Several travel as a batch. */
  readonly commands: readonly Command[];
  readonly isBatch: boolean;
  /** One a command, once all of the answer has arrived. */
  answers?: readonly Answer[];
}

/** Where requests go. Rejects where it stays open what became of one. */
export type Door = (request: Request) => Promise<readonly Answer[]>;

/** An engine of its own: says one thing after the other, and writes down what it said and what it was told. */
export class Client {
  readonly history: Request[] = [];
  readonly #source: CommandSource;
  readonly #surroundings: Surroundings;

  constructor(name: string, surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#source = new CommandSource(name, new Random(name), surroundings);
  }

  /** Sends without a pause until it is told to stop, or an answer does not come. */
  async work(door: Door, random: Random, stop?: AbortSignal): Promise<void> {
    this.#source.random = random;
    while (!stop?.aborted) {
      const request = this.#compose();
      this.history.push(request);
      try {
        request.answers = await door(request);
      } catch {
        return;
      }
      this.#share(request);
    }
  }

  #compose(): Request {
    const { random } = this.#source;
    const isBatch = random.chance(0.15);
    const count = isBatch ? random.between(1, 12) : 1;
    return { commands: Array.from({ length: count }, () => this.#source.next()), isBatch };
  }

  #share({ commands }: Request): void {
    for (const { name, input, refused } of commands) {
      if (name === "register-intent" && !refused) this.#surroundings.share(input.id as string);
    }
  }
}

/** The door of a server. */
export const doorTo =
  (url: string, patienceMs?: number): Door =>
  async ({ commands, isBatch }) => {
    const [only] = commands;
    if (!isBatch && only) return [await post(url + only.path, only.input, patienceMs)];
    const items = commands.map(({ name, input }) => ({ command: name, ...input }));
    const answer = await post(`${url}/v1/batch`, { commands: items }, patienceMs);
    if (answer.status !== 200) return commands.map(() => answer);
    return (answer.body as { results: Answer[] }).results;
  };

/** What is wrong with a first answer to the command, or, where it may be `known`, with that to a retry; nothing where it is as it must be. */
export function wrongWith(
  command: Command,
  answer: Answer | undefined,
  known: boolean | "perhaps" = false,
): string | undefined {
  const { code } = (answer?.body ?? {}) as { code?: string };
  const wanted = command.refused ?? (command.creates && known !== true ? "201" : "200");
  const got = command.refused ? code : String(answer?.status);
  const isReplay = known === "perhaps" && command.creates && got === "200";
  return got === wanted || isReplay
    ? undefined
    : `${describe(command)} was to be answered ${wanted}, and was ${JSON.stringify(answer)}`;
}

export const describe = ({ name, input }: Command): string => `${name} ${JSON.stringify(input)}`;
