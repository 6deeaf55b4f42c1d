import { type Command, present } from "@drett/core";
import type { Static, TObject } from "typebox";
import type { OldDocument } from "./old-collections.ts";
import { NotMappable, Reading } from "./reading.ts";
import type { Zone } from "./zone.ts";

/** One command that brings a part of an old document over. */
export interface Step {
  readonly command: Command;
  readonly input: object;
}

/** What becomes of an old document, or why nothing does. */
export type Mapping =
  | {
      readonly id: string;
      readonly from: string;
      readonly to: string;
      /** What registers it, then what is reported of it. */
      readonly steps: readonly [Step, ...Step[]];
      /** What had to be left out or made up. */
      readonly remarks: readonly string[];
    }
  | { readonly reason: string };

type Mapped = Omit<Extract<Mapping, { id: string }>, "id" | "remarks">;

/** Reads the document by what `map` does; it throws {@link NotMappable} where it cannot. */
export function mapping(document: OldDocument, zone: Zone, map: (reading: Reading) => Mapped): Mapping {
  try {
    const reading = new Reading(document, zone);
    const mapped = map(reading);
    return { id: reading.id, ...mapped, remarks: [...reading.remarks] };
  } catch (error) {
    if (error instanceof NotMappable) return { reason: error.message };
    throw error;
  }
}

type Loosely<Input> = { [field in keyof Input]: Input[field] | undefined };

/** A command with the fields that are there. */
export const step = <Input extends TObject, Reply extends TObject>(
  command: Command<Input, Reply>,
  input: Loosely<Static<Input>>,
): Step => ({ command, input: present(input) });

export const instant = (moment: number) => new Date(moment).toISOString();
