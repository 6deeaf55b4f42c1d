import type {
  Finds,
  Freeing,
  Listing,
  Looking,
  Provider,
  Seeing,
  Subject,
  Target,
} from "../../ports/provider.ts";

interface Thing {
  readonly externalId: string;
  /** The drett id that it carries. */
  readonly id: string;
}

/** A provider in memory, in which tests break what they like. */
export class Cloud implements Provider {
  readonly name = "cloud";
  readonly findable = "searched";
  readonly identity = "unique";
  readonly things = new Map<string, Thing>();
  /** What was asked to be deleted, in order. */
  readonly deleted: string[] = [];
  /** What the next deletions answer; by default they delete. */
  readonly freeing: (Freeing | ((target: Target) => Freeing | Promise<Freeing>))[] = [];
  /** What the next looks answer; by default the truth. */
  readonly looking: (Looking | ((target: Target) => Looking | Promise<Looking>))[] = [];
  readonly finding: Finds[] = [];
  seeing: Seeing = { answer: "yes" };

  create(externalId: string, id = "vm-1"): void {
    this.things.set(externalId, { externalId, id });
  }

  async sees(): Promise<Seeing> {
    return this.seeing;
  }

  async free(target: Target): Promise<Freeing> {
    this.deleted.push(target.externalId);
    const next = this.freeing.shift();
    if (next) return typeof next === "function" ? next(target) : next;
    this.things.delete(target.externalId);
    return { answer: "accepted" };
  }

  async look(target: Target): Promise<Looking> {
    const next = this.looking.shift();
    if (next) return typeof next === "function" ? next(target) : next;
    return { answer: this.things.has(target.externalId) ? "present" : "gone" };
  }

  async find({ id }: Subject): Promise<Finds> {
    const next = this.finding.shift();
    if (next) return next;
    const found = [...this.things.values()].filter((thing) => thing.id === id);
    return { answer: "found", externalIds: found.map(({ externalId }) => externalId) };
  }

  async list(): Promise<Listing> {
    return { answer: "listed", things: [...this.things.values()], isComplete: true };
  }
}
