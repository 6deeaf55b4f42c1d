import { setTimeout as pause } from "node:timers/promises";
import { type Caller, nameOf, type Refusal, refuse } from "@drett/core";
import { Buckets } from "./buckets.ts";
import type { KeyRing } from "./key-ring.ts";

/** What a request brings to be let in by. */
export interface Knock {
  readonly key: string | undefined;
  /** What a client certificate that was checked calls its owner. */
  readonly names: readonly string[];
  readonly address: string;
}

export interface Gate {
  /** Whether whoever comes is let in. */
  readonly isOpen: boolean;
  /** Who it is. */
  identify(knock: Knock): Caller | Refusal;
  /** The same, and counts it: too many are refused. */
  admit(knock: Knock): Caller | Refusal;
  /** How long to let somebody wait who is told that there is no good key; longer each time. Nothing: not at all. */
  hesitate(knock: Knock): Promise<void> | undefined;
  /** Counts what came in the same request, such as the commands of a batch: the next request waits for it. */
  charge(caller: Caller, more: number): void;
}

export const isCaller = (it: Caller | Refusal): it is Caller => typeof it === "string" || "roles" in it;

const ADDRESSES = 10_000;
const NAMES = 10_000;
/** Bad keys that are told so, from one address. */
const BAD = { perSecond: 1 / 6, burst: 10, names: ADDRESSES };
/** The second one waits for so long, each further one for twice as long as the one before. */
const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [100, 2_000];
/** So many at a time: what waits holds a connection. */
const WAITING = 1_000;

export interface GateOptions {
  readonly keys: KeyRing;
  /** Who whoever comes is, while there are no keys. */
  readonly anybody: string;
  /** Requests a second of one key. */
  readonly rate?: number | undefined;
  readonly ticks?: () => number;
  /** Resolves after so many milliseconds. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** Lets in whoever has a key, or everybody while there is none. */
export function createGate({
  keys,
  anybody,
  rate,
  ticks = () => performance.now(),
  wait = pause,
}: GateOptions): Gate {
  let hesitating = 0;
  const bad = new Buckets(BAD);
  const rates = rate === undefined ? undefined : new Buckets({ perSecond: rate, burst: rate, names: NAMES });

  const identify = (knock: Knock): Caller | Refusal => {
    if (keys.isOpen) return anybody;
    if (knock.key !== undefined) return keys.holder(knock.key);
    if (knock.names.length > 0) return keys.named(knock.names);
    return refuse("api-key-missing", "The request has no Authorization header that holds a key.");
  };

  return {
    get isOpen() {
      return keys.isOpen;
    },
    identify,
    admit(knock) {
      const caller = identify(knock);
      // A good key is let in whatever its neighbours behind the same address have tried.
      if (!isCaller(caller)) return waiting(bad.take(networkOf(knock.address), ticks()), BAD_KEYS) ?? caller;
      if (keys.isOpen || rates === undefined) return caller;
      return waiting(rates.take(nameOf(caller), ticks()), `${rate} commands a second`) ?? caller;
    },
    hesitate({ address }) {
      const others = bad.taken(networkOf(address), ticks()) - 1;
      if (others < 1 || hesitating >= WAITING) return undefined;
      hesitating += 1;
      const ms = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (others - 1));
      return wait(ms).then(() => void (hesitating -= 1));
    },
    charge(caller, more) {
      if (!keys.isOpen) rates?.charge(nameOf(caller), ticks(), more);
    },
  };
}

const BAD_KEYS = "10 requests a minute without a good key";

const waiting = (seconds: number, limit: string): Refusal | undefined =>
  seconds === 0
    ? undefined
    : refuse("rate-limited", `No more than ${limit}: wait ${seconds} s.`, { retryAfterSeconds: seconds });

/** Of IPv6, one subscriber has at least a /64. */
const networkOf = (address: string) =>
  address.includes(":") && !address.includes(".") ? address.split(":").slice(0, 4).join(":") : address;
