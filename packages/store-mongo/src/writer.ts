import { flushName, type Group, numberOf, writerOf } from "./marks.ts";

/** What a flush brought, and what the feed had not told of the same records before it: each for itself. */
export interface Brought {
  readonly groups: readonly Group[];
  readonly before: readonly Group[];
}

/** Up to which flush it is told once this is told. */
export interface Telling extends Brought {
  readonly upTo: number;
}

/**
 * A process as the feed knows it: its flushes are numbered, and what they brought waits here, in their order, until
 * the feed has told it. Of a flush of which it stays unknown what was applied, the marks on the records tell.
 */
export class Writer {
  readonly name: string;
  #last = 0;
  readonly #flushes = new Map<number, Brought | undefined>();

  constructor(name: string) {
    this.name = name;
  }

  /** Begins a flush, and names it. */
  begin(): string {
    const number = ++this.#last;
    this.#flushes.set(number, undefined);
    return flushName(this.name, number);
  }

  /** It is durable, and brought this. */
  end(flush: string, brought: Brought): void {
    this.#flushes.set(numberOf(flush), brought);
  }

  /** Begun, and not known to be durable. */
  isOpen(flush: string): boolean {
    const number = numberOf(flush);
    return this.#flushes.has(number) && this.#flushes.get(number) === undefined;
  }

  /** Flushes that are under way, or wait to be told. */
  get flushes(): number {
    return this.#flushes.size;
  }

  /**
   * What can be told next: flushes that have ended, up to the first that has not; about so many records. What others
   * brought is told first: where they brought it after what is told here, it waits for the next time.
   */
  next(records: number): Telling | undefined {
    const groups: Group[] = [];
    const before = new Map<string, Group>();
    const told = new Set<string>();
    const isLate = (group: Group) =>
      writerOf(group.flush) !== this.name &&
      told.has(group.records[0] as string) &&
      !before.has(nameOf(group));
    let upTo: number | undefined;
    for (const [number, brought] of this.#flushes) {
      if (!brought || told.size >= records || brought.before.some(isLate)) break;
      groups.push(...brought.groups);
      for (const record of brought.groups.flatMap(({ records }) => records)) told.add(record);
      for (const group of brought.before) before.set(nameOf(group), group);
      upTo = number;
    }
    return upTo === undefined ? undefined : { groups, before: [...before.values()], upTo };
  }

  /** The feed has told all up to that flush. */
  told(upTo: number): void {
    for (const number of this.#flushes.keys()) {
      if (number > upTo) return;
      this.#flushes.delete(number);
    }
  }

  /** Others told some of what waits here. */
  leaveOut(without: (groups: readonly Group[]) => readonly Group[]): void {
    for (const [number, brought] of this.#flushes) {
      if (brought) this.#flushes.set(number, { ...brought, groups: without(brought.groups) });
    }
  }
}

/** Of what others brought to one record. */
const nameOf = ({ from, records: [record] }: Group): string => `${from} ${record}`;
