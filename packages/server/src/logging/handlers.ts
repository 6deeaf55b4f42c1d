import { ConfigRefused } from "../config/config-refused.ts";
import { type Handler, openHandler } from "./handler.ts";
import { findLoggerProgram } from "./logger-program.ts";
import { type HandlerConfig, type LoggingConfig, PLAIN_TEXT } from "./logging-config.ts";
import { lineOf } from "./pino-logger.ts";

/** Of loggers that have no handler at all, as in Python. */
const LAST_RESORT: HandlerConfig = { to: "stderr", level: "warn", format: PLAIN_TEXT };

const CLOSE_MS = 1_000;
const TROUBLE_MS = 60_000;

export interface HandlersOptions {
  readonly config: LoggingConfig;
  readonly searchPath: string;
  /** Hears what is wrong with a handler, at most once a minute. */
  readonly onTrouble: (handler: string, error: Error, message: string) => void;
}

/** The handlers of a configuration, all of them open. */
export class Handlers {
  readonly #options: HandlersOptions;
  readonly #open = new Map<string, Handler>();
  readonly warnings: readonly string[];

  /** Throws where one cannot be opened; what merely is not there on this machine is left out with a warning. */
  constructor(options: HandlersOptions) {
    this.#options = options;
    const handlers = Object.entries(options.config.handlers);
    this.warnings = handlers.flatMap(([name, config]) => this.#openConfigured(name, config) ?? []);
  }

  /** Those that are there; where there is none, what is worth a warning still goes somewhere. */
  named(names: readonly string[]): readonly Handler[] {
    const there = names.map((name) => this.#open.get(name)).filter((handler) => handler !== undefined);
    if (there.length > 0) return there;
    return [this.#open.get("") ?? this.#openOne("", LAST_RESORT)];
  }

  reopen(): void {
    for (const [name, handler] of this.#open) {
      handler.reopen().catch((error: Error) => {
        this.#options.onTrouble(name, error, "a file cannot be opened anew; the old one goes on");
      });
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((handler) => handler.close(CLOSE_MS)));
  }

  dropped(): number {
    return [...this.#open.values()].reduce((sum, handler) => sum + handler.dropped(), 0);
  }

  #openConfigured(name: string, config: HandlerConfig): string | undefined {
    const socket =
      "transport" in config && "socket" in config.transport ? config.transport.socket : undefined;
    const program = socket === undefined ? undefined : findLoggerProgram(socket, this.#options.searchPath);
    if (program && "missing" in program) return `handlers.${name} is left out: ${program.missing}`;
    try {
      this.#openOne(name, config, program?.path);
    } catch (error) {
      const { message } = error as Error;
      throw new ConfigRefused(`handlers.${name}: ${message}; ${REMEDY}`, { cause: error });
    }
    return undefined;
  }

  #openOne(name: string, config: HandlerConfig, loggerProgram?: string): Handler {
    const { onTrouble } = this.#options;
    const handler = openHandler(config, {
      loggerProgram,
      gap: (dropped) => lineOf("drett.logging", "warn", { dropped }, "lines are missing here"),
      onTrouble: seldom((error) => onTrouble(name, error, "a handler does not take its lines")),
    });
    this.#open.set(name, handler);
    return handler;
  }
}

const REMEDY = "make the folder, let the server write there, or name another file";

function seldom(tell: (error: Error) => void): (error: Error) => void {
  let told = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (performance.now() - told < TROUBLE_MS) return;
    told = performance.now();
    tell(error);
  };
}
