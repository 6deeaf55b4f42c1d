import { rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fateOf, faultsOf } from "./check.ts";
import { Client, doorTo, type Request, wrongWith } from "./client.ts";
import type { RecordName } from "./command.ts";
import { Surroundings } from "./command-source.ts";
import { directoryOnDisk } from "./disk.ts";
import { GuestProcess } from "./guest-process.ts";
import { brokenIn } from "./integrity.ts";
import { Random } from "./random.ts";
import { readAll } from "./recorded.ts";
import { retryAnswered, retryUnanswered } from "./retry.ts";
import type { Point } from "./server-at-point.ts";
import { ServerProcess } from "./server-process.ts";

export type Kill = "any-moment" | Point;
const KILLS: readonly Kill[] = ["any-moment", "before-commit", "after-commit"];

export interface Round {
  readonly seed: number;
  readonly kill: Kill;
  readonly acknowledged: number;
  readonly unacknowledged: number;
  /** How many commands were recorded, though nobody was told. */
  readonly keptUntold: number;
  /** From the start of the process after the kill until it was ready. */
  readonly readyMs: number;
  /** Kept where there are faults. */
  readonly directory: string;
  readonly faults: readonly string[];
}

const CLIENTS = 32;

/** One directory through several kills, and the clients that report to whichever server serves it. */
export class Life {
  readonly #directory: string;
  readonly #clients: readonly Client[];
  readonly #guests: number;

  /** So many of the clients report through a guest of the store, which is killed too, before the server is. */
  constructor(name: string, guests: number) {
    this.#directory = directoryOnDisk(name);
    this.#guests = guests;
    const surroundings = new Surroundings();
    this.#clients = Array.from({ length: CLIENTS }, (_, number) => new Client(`c${number}`, surroundings));
  }

  /** Load, a kill, a restart, and everything held against what the clients remember. Three seeds on end see each kind of kill. */
  async round(seed: number, momentMs: number): Promise<Round> {
    const kill = KILLS[seed % KILLS.length] as Kill;
    const before = this.#clients.map(({ history }) => history.length);
    const faults = await this.#loadAndKill(kill, seed, momentMs);
    const requests = this.#clients.map(({ history }, place) => history.slice(before[place]));
    const answered = requests.map((its) => its.filter(({ answers }) => answers !== undefined));
    const unanswered = requests.map((its) => its.filter(({ answers }) => answers === undefined));
    faults.push(...answered.flat().flatMap(wrongAnswers), ...brokenIn(this.#directory));

    using server = await ServerProcess.start(this.#directory);
    const found = await readAll(server.url, this.#recordNames());
    faults.push(...faultsOf(found, this.#requests()));
    const { kept, lost, has } = fateOf(found, unanswered.flat());
    if (kill === "after-commit" && kept === 0)
      faults.push("killed after a commit, and nothing was kept untold");
    if (kill === "before-commit" && lost === 0) faults.push("killed before a commit, and nothing was lost");

    const { url } = server;
    const door = doorTo(url);
    const unacknowledged = commandsIn(unanswered.flat());
    faults.push(...(await each(unanswered, (its) => retryUnanswered(door, its, has))));
    faults.push(...(await each(answered, (its) => retryAnswered(door, its))));
    faults.push(...faultsOf(await readAll(url, this.#recordNames()), this.#requests()));
    faults.push(...server.complaints);
    server.kill();
    await server.died();
    return {
      seed,
      kill,
      acknowledged: commandsIn(answered.flat()),
      unacknowledged,
      keptUntold: kept,
      readyMs: server.readyMs,
      directory: this.#directory,
      faults: [...new Set(faults)],
    };
  }

  /** Forgets the directory. */
  end(): void {
    rmSync(this.#directory, { recursive: true });
  }

  async #loadAndKill(kill: Kill, seed: number, momentMs: number): Promise<string[]> {
    using server = await ServerProcess.start(this.#directory, { atPoint: kill !== "any-moment" });
    const guests = await Promise.all(
      Array.from({ length: this.#guests }, () => GuestProcess.start(this.#directory)),
    );
    const working = this.#clients.map((client, number) =>
      client.work(guests[number]?.door ?? doorTo(server.url), new Random(`${seed}/${number}`)),
    );
    const random = new Random(`${seed}/guests`);
    const dying = guests.map(async (guest) => {
      await pause(random.between(0, momentMs));
      return guest.kill();
    });
    await pause(momentMs);
    const faults = (await Promise.all(dying)).filter((fault) => fault !== undefined);
    if (kill === "any-moment") server.kill();
    else server.dieAt(kill);
    await server.died();
    await Promise.all(working);
    return [...faults, ...server.complaints];
  }

  #requests(): readonly Request[] {
    return this.#clients.flatMap(({ history }) => history);
  }

  #recordNames(): Set<RecordName> {
    const commands = this.#requests().flatMap(({ commands }) => commands);
    return new Set(commands.flatMap(({ facts }) => facts.map(({ record }) => record)));
  }
}

const commandsIn = (requests: readonly Request[]) =>
  requests.reduce((sum, { commands }) => sum + commands.length, 0);

function wrongAnswers({ commands, answers = [] }: Request): string[] {
  return commands.flatMap((command, place) => wrongWith(command, answers[place]) ?? []);
}

/** For each client, all at once. */
async function each(
  histories: readonly (readonly Request[])[],
  run: (requests: readonly Request[]) => Promise<string[]>,
): Promise<string[]> {
  return (await Promise.all(histories.map(run))).flat();
}
