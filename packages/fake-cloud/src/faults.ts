import { CloudError } from "./answer.ts";

const OPERATIONS = ["account", "create", "delete", "describe", "list"] as const;
export type Operation = (typeof OPERATIONS)[number];

/** What can go wrong, and with which operations. */
export const FAULTS = {
  /** The answer comes `ms` later. */
  slow: OPERATIONS,
  /** 429; `Retry-After` says `ms`, in whole seconds. */
  throttled: OPERATIONS,
  /** 403. */
  denied: OPERATIONS,
  /** 503, and nothing was done. */
  "error-before": OPERATIONS,
  /** 500, though it was done. */
  "error-after": OPERATIONS,
  /** The connection is reset, and nothing was done. */
  "lost-request": OPERATIONS,
  /** The connection is reset, though it was done. */
  "lost-reply": OPERATIONS,
  /** For `ms` no listing shows what this creates, by tag or at all. */
  unlisted: ["create"],
  /** For `ms` it cannot even be described by its id. */
  unseen: ["create"],
  /** The new thing gets an id that another one had, which is gone. */
  "reused-id": ["create"],
  /** It stays `deleting`, for `ms` or until somebody asks again. */
  "never-gone": ["delete"],
  /** The page ends midway, and says that the listing is not complete. */
  "broken-off": ["list"],
  /** The page ends midway, and claims that the listing is complete. */
  "cut-short": ["list"],
} as const satisfies { readonly [kind: string]: readonly Operation[] };
export type FaultKind = keyof typeof FAULTS;

/** One thing that goes wrong. Without `chance`, it does so the next time; without `times`, only once then. */
export interface Fault {
  readonly on: Operation;
  readonly fault: FaultKind;
  /** From 0 to 1, drawn at each operation; without `times`, for ever. */
  readonly chance?: number;
  readonly times?: number;
  readonly ms?: number;
  /** Of this caller's operations alone. */
  readonly caller?: string;
}

/** What goes wrong with one operation, each with its `ms`. */
export type Drawn = ReadonlyMap<FaultKind, number | undefined>;

/** All that shall go wrong, in the order in which it was asked for. */
export class Faults {
  readonly #random: () => number;
  #waiting: { readonly fault: Fault; left: number }[] = [];

  constructor(random: () => number) {
    this.#random = random;
  }

  get all(): readonly Fault[] {
    return this.#waiting.map(({ fault }) => fault);
  }

  add(fault: Fault): void {
    refuseWrong(fault);
    const { chance, times = chance === undefined ? 1 : Number.POSITIVE_INFINITY } = fault;
    this.#waiting.push({ fault, left: times });
  }

  clear(): void {
    this.#waiting = [];
  }

  draw(on: Operation, caller: string): Drawn {
    const drawn = new Map<FaultKind, number | undefined>();
    for (const it of this.#waiting) {
      const { fault, chance = 1, ms } = it.fault;
      if (it.fault.on !== on || (it.fault.caller ?? caller) !== caller || drawn.has(fault)) continue;
      if (this.#random() >= chance) continue;
      it.left--;
      drawn.set(fault, ms);
    }
    this.#waiting = this.#waiting.filter(({ left }) => left > 0);
    return drawn;
  }
}

function refuseWrong({ on, fault, chance, times, ms }: Fault): void {
  const refuse = (detail: string) => {
    throw new CloudError(400, "wrong-fault", detail);
  };
  if (!OPERATIONS.includes(on)) refuse(`\`on\` is ${on}: use one of ${OPERATIONS.join(", ")}`);
  if (!Object.hasOwn(FAULTS, fault))
    refuse(`\`fault\` is ${fault}: use one of ${Object.keys(FAULTS).join(", ")}`);
  const possible: readonly Operation[] = FAULTS[fault];
  if (!possible.includes(on)) refuse(`${fault} happens on ${possible.join(", ")}, not on ${on}`);
  if (chance !== undefined && !(chance >= 0 && chance <= 1))
    refuse(`\`chance\` is ${chance}: use a number from 0 to 1`);
  if (times !== undefined && !(Number.isInteger(times) && times > 0))
    refuse(`\`times\` is ${times}: use a whole number from 1`);
  if (ms !== undefined && !(ms >= 0)) refuse(`\`ms\` is ${ms}: use a number from 0`);
}
