import { bodyOf, changeOf, type Delivery, type Store, type ToldByWebhook, WEBHOOK_TAG } from "@drett/core";

/** What is kept of a target. */
interface Kept extends ToldByWebhook {
  /** Of the last message, until it is delivered. */
  readonly payload?: string;
  /** Of the findings of the last message: they go into the pages of what it was told before there is another one. */
  readonly keys: string;
}

/** How many messages a target is known to have got. */
const DELIVERIES = 20;

/** The record of one target. It is written at the version that was read; where that fails it must be read again. */
export class TargetRecord {
  readonly #store: Store;
  readonly #id: string;
  #version = 0;
  #kept: Kept | undefined;

  constructor(store: Store, name: string) {
    this.#store = store;
    this.#id = `webhook-${name}`;
  }

  /** Returns whether it has changed behind this server. */
  async read(): Promise<boolean> {
    const [stored] = await this.#store.load([{ kind: "delivery", id: this.#id }]);
    const version = stored?.version ?? 0;
    if (this.#kept && version === this.#version) return false;
    this.#version = version;
    this.#kept = stored && (bodyOf(stored) as Kept);
    return true;
  }

  /** Absent where there is none yet. */
  get kept(): Kept | undefined {
    return this.#kept;
  }

  /** The last message. */
  get latest(): Delivery | undefined {
    return this.#kept?.deliveries[0];
  }

  /** Makes the target known by this name, at this host. */
  introduce(name: string, host: string): Promise<boolean> {
    return this.#write({ deliveries: [], keys: "", ...this.#kept, name, host });
  }

  begin(kept: Kept, delivery: Delivery, payload: string, keys: string): Promise<boolean> {
    const deliveries = [delivery, ...kept.deliveries].slice(0, DELIVERIES);
    return this.#write({ ...kept, deliveries, payload, keys });
  }

  /** Writes how the last message stands. */
  note({ payload, ...kept }: Kept, latest: Delivery): Promise<boolean> {
    const deliveries = [latest, ...kept.deliveries.slice(1)];
    const isDone = latest.next === undefined;
    return this.#write({ ...kept, deliveries, ...(!isDone && { payload }) });
  }

  async #write(kept: Kept): Promise<boolean> {
    const record = { kind: "delivery", id: this.#id, tags: [WEBHOOK_TAG], body: kept } as const;
    const [outcome] = await this.#store.commit([changeOf(record, this.#version)]);
    if (outcome !== "applied") return false;
    this.#version += 1;
    this.#kept = kept;
    return true;
  }
}
