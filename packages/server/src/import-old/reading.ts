import { faultIn, LIMITS, Text } from "@drett/core";
import { Type } from "typebox";
import { readText } from "../legacy/fields.ts";
import { idOfObjectId } from "../legacy/object-id.ts";
import type { OldDocument } from "./old-collections.ts";
import type { Zone } from "./zone.ts";

/** Why a document cannot be brought over. */
export class NotMappable extends Error {}

const [FIRST, END] = [Date.UTC(2000), Date.UTC(2100)];
const OneText = Type.Object({ text: Text });

/** Reads the fields of one old document, and collects what had to be left out or made up. */
export class Reading {
  readonly #document: OldDocument;
  readonly #zone: Zone;
  readonly remarks = new Set<string>();
  readonly id: string;
  /** When it was created, as its id says. */
  readonly created: number;

  constructor(document: OldDocument, zone: Zone) {
    this.#document = document;
    this.#zone = zone;
    const text = readText(document._id);
    const id = typeof text === "string" ? idOfObjectId(text) : undefined;
    if (id === undefined) throw new NotMappable("its _id is no ObjectId");
    this.id = id;
    this.created = 1_000 * Number.parseInt(id.slice(1, 9), 16);
    if (!isOfOurTime(this.created)) {
      throw new NotMappable(
        `its _id says that it was created in ${new Date(this.created).getUTCFullYear()}; drett knows the years 2000 to 2099`,
      );
    }
  }

  /** The drett id that a field points at. */
  idIn(field: string): string | undefined {
    const text = readText(this.#document[field]);
    return typeof text === "string" ? idOfObjectId(text) : undefined;
  }

  oneOf<Value extends string>(field: string, values: readonly Value[]): Value {
    const value = this.#document[field];
    const known = values.find((it) => it === value);
    if (known !== undefined) return known;
    throw new NotMappable(`its ${field} is ${show(value)}, and none of ${values.join(", ")}`);
  }

  /** A text without which there is no record. */
  text(field: string): string {
    const value = readText(this.#document[field]);
    if (isText(value)) return value;
    throw new NotMappable(`its ${field} ${this.#isWrong(field)}`);
  }

  /** A text that the record can do without. */
  textIfFit(field: string): string | undefined {
    const value = readText(this.#document[field]);
    if (isText(value)) return value;
    return isAbsent(value) ? undefined : this.#leaveOut(field, this.#isWrong(field));
  }

  /** Whatever it is. */
  raw(field: string): unknown {
    return this.#document[field];
  }

  /** The moment that a local time stands for: of two, the earlier one that does not lie before its creation. */
  time(field: string): number | undefined {
    const value = this.#document[field];
    if (isAbsent(value)) return undefined;
    const local = localTime(value);
    if (local === undefined) return this.#leaveOut(field, "is no time");
    const moments = isOfOurTime(local) ? this.#zone.momentsOf(local) : [local];
    const moment = moments.find((it) => it >= this.created) ?? moments[0];
    return moment !== undefined && isOfOurTime(moment)
      ? moment
      : this.#leaveOut(field, "is not of the years 2000 to 2099");
  }

  /** The first of these times that is there; when it was created, if none is. */
  firstTime(...fields: readonly string[]): number {
    const [wanted] = fields;
    for (const field of fields) {
      const time = this.time(field);
      if (time === undefined) continue;
      if (field !== wanted) this.remarks.add(`without ${wanted}, its ${field} is taken`);
      return time;
    }
    this.remarks.add(`without ${wanted}, the time of its creation is taken`);
    return this.created;
  }

  #leaveOut(field: string, because: string): undefined {
    this.remarks.add(`its ${field} ${because}, and is left out`);
  }

  #isWrong(field: string): string {
    if (isAbsent(this.#document[field])) return "is missing";
    return `is not text of 1 to ${LIMITS.textCharacters} characters without U+0000`;
  }
}

const isOfOurTime = (moment: number) => moment >= FIRST && moment < END;
/** Whether drett can keep it. */
export const isText = (value: unknown): value is string => faultIn(OneText, { text: value }) === undefined;
/** What the clocks showed, as if they had been those of UTC: so the old drett stored it. */
export function localTime(value: unknown): number | undefined {
  const local = (value as { $date?: unknown } | null | undefined)?.$date;
  return typeof local === "number" && Number.isSafeInteger(local) ? local : undefined;
}

const isAbsent = (value: unknown) => value === undefined || value === null;
const show = (value: unknown) => (isAbsent(value) ? "missing" : JSON.stringify(value).slice(0, 60));
