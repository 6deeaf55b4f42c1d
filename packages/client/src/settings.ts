import { type Duration, millisecondsOf } from "./duration.ts";
import { ArgumentInvalid, ArgumentMissing } from "./errors.ts";
import type { Runtime } from "./runtime.ts";
import type { SessionOptions } from "./session.ts";

/** What may be said once for many calls: to `new Drett`, or for all of them to `setup`. */
export interface Defaults extends SessionOptions {
  /** Where drett listens; else DRETT_URL, else `http://127.0.0.1:5001`. */
  url?: string | undefined;
  /** What lets you in; else DRETT_API_KEY. */
  apiKey?: string | undefined;
  /** Which program this is; else DRETT_APPLICATION. */
  application?: string | undefined;
  /** Which part of it; else DRETT_MODULE. */
  module?: string | undefined;
  /** On whose account it creates things; else DRETT_OWNER. */
  owner?: string | undefined;
  /** How long one call to drett may take with all its retries; 60 seconds where nothing is said. */
  deadline?: Duration | undefined;
  /** Instead of the runtime's own: for a proxy, a certificate, a test. */
  fetch?: typeof fetch | undefined;
}

const DEFAULT_URL = "http://127.0.0.1:5001";
const DEFAULT_DEADLINE = "60s";

const ENVIRONMENT = {
  url: "DRETT_URL",
  apiKey: "DRETT_API_KEY",
  application: "DRETT_APPLICATION",
  module: "DRETT_MODULE",
  owner: "DRETT_OWNER",
} as const;

let shared: Defaults = {};

/**
 * Gives defaults to every `Drett` of this process, those that exist included. Later calls add to earlier ones;
 * `undefined` takes a value back.
 */
export function setup(defaults: Defaults): void {
  shared = { ...shared, ...defaults };
}

export interface Connection {
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly fetch: typeof fetch;
}

/** A value comes from the call, else from the object, else from `setup`, else from the environment. */
export class Settings {
  readonly #own: Defaults;
  readonly #runtime: Runtime;

  constructor(own: Defaults, runtime: Runtime) {
    this.#own = own;
    this.#runtime = runtime;
  }

  find(name: keyof typeof ENVIRONMENT, given?: string): string | undefined {
    // An environment variable that is set to nothing is not set.
    return (
      given ?? this.#own[name] ?? shared[name] ?? (this.#runtime.environment(ENVIRONMENT[name]) || undefined)
    );
  }

  need(name: keyof typeof ENVIRONMENT, given?: string): string {
    const value = this.find(name, given);
    if (value !== undefined) return value;
    const places = `in the call, to new Drett({ ${name} }), to setup({ ${name} }), or in the environment as ${ENVIRONMENT[name]}`;
    throw new ArgumentMissing(name, places);
  }

  deadline(given?: Duration): number {
    return millisecondsOf(given ?? this.#own.deadline ?? shared.deadline ?? DEFAULT_DEADLINE, "deadline");
  }

  session(): SessionOptions {
    return {
      session: this.#own.session ?? shared.session,
      onSession: this.#own.onSession ?? shared.onSession,
    };
  }

  connection(): Connection {
    const apiKey = this.find("apiKey");
    // A header would refuse it, and tell it in the error.
    if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
      throw new ArgumentInvalid("apiKey", "apiKey holds characters that no API key has");
    }
    const url = addressOf(this.find("url") ?? DEFAULT_URL);
    // Called as a method of anything but the global object, a browser's fetch is an illegal invocation.
    return {
      url,
      apiKey,
      fetch: this.#own.fetch ?? shared.fetch ?? ((...request) => globalThis.fetch(...request)),
    };
  }
}

function addressOf(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new ArgumentInvalid("url", `url is no address: give it like ${DEFAULT_URL}`);
  }
  if (!/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    const rule = "http: or https:, a host, perhaps a port and a path; who you are goes into apiKey";
    throw new ArgumentInvalid("url", `url is not acceptable: give ${rule}`);
  }
  return url.origin + url.pathname.replace(/\/+$/, "");
}

/** For values that only the call itself can give. */
export function required<T>(argument: string, value: T | undefined | null): T {
  if (value === undefined || value === null) throw new ArgumentMissing(argument, "in the call");
  return value;
}
