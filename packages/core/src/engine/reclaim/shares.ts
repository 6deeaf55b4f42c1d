import type { Policy } from "../../domain/policy.ts";
import type { Engine } from "../engine.ts";
import { countLive, type Moment, type Reservation, renew, reserve } from "./budget.ts";

type Renewed = Promise<{ readonly [resource: string]: number }>;

/** Shares of budgets; they are renewed for all that come while one is written, by one write. */
export class Shares {
  readonly #engine: Engine;
  /** By policy: those that wait for the write under way to end. */
  readonly #next = new Map<Policy, { readonly resources: string[]; readonly renewed: Renewed }>();
  readonly #underWay = new Map<Policy, Promise<unknown>>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Takes their share of its budget for all of them, or for none. */
  reserve(policy: Policy, resources: readonly string[]): Promise<Reservation> {
    return reserve(this.#engine.store, policy, resources, this.#moment(policy));
  }

  /** Returns until when the resource may be deleted by it; nothing where the budget does not reach any more. */
  async renew(policy: Policy, resource: string): Promise<number | undefined> {
    const next = this.#next.get(policy) ?? this.#gather(policy);
    next.resources.push(resource);
    return (await next.renewed)[resource];
  }

  #gather(policy: Policy) {
    const resources: string[] = [];
    const renewed = (this.#underWay.get(policy) ?? Promise.resolve()).then(() => {
      this.#next.delete(policy);
      return this.#write(policy, resources);
    });
    this.#underWay.set(
      policy,
      renewed.catch(() => undefined),
    );
    const next = { resources, renewed };
    this.#next.set(policy, next);
    return next;
  }

  #write(policy: Policy, resources: readonly string[]): Renewed {
    return renew(this.#engine.store, policy, resources, this.#moment(policy));
  }

  #moment(policy: Policy): Moment {
    const { store, clock, defaults } = this.#engine;
    const live = (except: ReadonlySet<string>) => countLive(store, policy, defaults.reclaim.policies, except);
    return { now: clock.now(), live };
  }
}
