import { faultIn } from "@drett/core";
import { type Static, type TObject, Type } from "typebox";
import type { Answer } from "./answer.ts";
import type { Door } from "./door.ts";
import type { Field } from "./fields.ts";

interface Fields {
  readonly [name: string]: Field;
}
type Input<F extends Fields> = Static<TObject<{ [name in keyof F]: F[name]["shape"] }>>;

export type OldCommand = (body: object, door: Door) => Promise<Answer>;

/** Reads its fields, and leaves others aside as the old server did. */
export function oldCommand<F extends Fields>(
  fields: F,
  run: (input: Input<F>, door: Door) => Promise<Answer>,
): OldCommand {
  const shape = Type.Object(
    Object.fromEntries(Object.entries(fields).map(([name, its]) => [name, its.shape])),
  );
  return async (body, door) => {
    const told = new Map(Object.entries(body));
    const values = Object.entries(fields).map(([name, its]) => [name, its.read(told.get(name))] as const);
    const input = Object.fromEntries(values.filter(([, value]) => value !== undefined));
    return faultIn(shape, input) ?? run(input as Input<F>, door);
  };
}
