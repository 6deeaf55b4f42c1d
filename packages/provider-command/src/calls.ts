import type { Answered } from "./answers.ts";
import type { Operation } from "./check-settings.ts";
import { environmentFor, inputFor, passedOf } from "./environment.ts";
import { type About, fillArgument } from "./placeholders.ts";
import type { Program } from "./programs.ts";
import { type Ended, run } from "./run.ts";
import { lastWords, secretsIn } from "./scrub.ts";
import type { CommandSettings } from "./settings.ts";
import { Unclear } from "./unclear.ts";
import { judge } from "./verdict.ts";

export interface Call {
  readonly operation: Operation;
  readonly program: Program;
  readonly about: About;
  readonly signal: AbortSignal;
}

type CannotTell = { readonly answer: "cannot-tell"; readonly reason: string };

/** Runs the programs of one provider, and calls off those that still run when it is closed. */
export class Calls {
  readonly #settings: CommandSettings;
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(settings: CommandSettings) {
    this.#settings = settings;
  }

  /** Asks, and has `read` make an answer of it. What it finds unclear is one, too. */
  async answer<A extends object>(call: Call, read: (answered: Answered) => A): Promise<A | CannotTell> {
    const asked = this.#ask(call).then(read).catch(cannotTell);
    this.#underWay.add(asked);
    try {
      const answer = await asked;
      const named = (reason: string) => `${call.program.name}: ${reason}`;
      return "reason" in answer ? { ...answer, reason: named(answer.reason) } : answer;
    } finally {
      this.#underWay.delete(asked);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#underWay);
  }

  async #ask({ operation, program, about, signal }: Call): Promise<Answered> {
    const { environment, pass_environment, directory, time_limit, output_limit } = this.#settings;
    const passed = passedOf(pass_environment, process.env);
    const command = {
      program: program.file,
      args: program.args.map((argument) => fillArgument(argument, about)),
      environment: environmentFor(passed, environment, operation, about),
      directory,
      input: inputFor(operation, about),
    };
    const limits = { seconds: time_limit, bytes: output_limit };
    const ended = await run(command, limits, AbortSignal.any([signal, this.#closing.signal]));
    return { verdict: judge(ended, this.#texts, about), reason: this.#reasonOf(ended) };
  }

  get #texts() {
    const { gone_when, denied_when, later_when } = this.#settings;
    return { gone: gone_when, denied: denied_when, later: later_when };
  }

  /** In its own words. */
  #reasonOf({ code, stderr }: Ended): string {
    const { environment, pass_environment } = this.#settings;
    const words = lastWords(stderr, secretsIn(pass_environment, environment, process.env));
    return words === "" ? `it exited with ${code}` : `it exited with ${code}: ${words}`;
  }
}

function cannotTell(error: unknown): CannotTell {
  if (error instanceof Unclear) return { answer: "cannot-tell", reason: error.message };
  throw error;
}
