import type { TObject, TSchema } from "typebox";
import { Compile, type Validator } from "typebox/schema";
import { type Refusal, type RefusalCode, refuse } from "../domain/refusal.ts";
import { nearest } from "./nearest.ts";

const validators = new WeakMap<TSchema, Validator>();

function validatorOf(shape: TSchema): Validator {
  const known = validators.get(shape);
  if (known) return known;
  const compiled: Validator = Compile(shape);
  validators.set(shape, compiled);
  return compiled;
}

/** What is wrong with the input, named by its first fault; nothing where it fits its shape. */
export function faultIn(shape: TObject, input: unknown): Refusal | undefined {
  const validator = validatorOf(shape);
  return validator.Check(input) ? undefined : describeFault(shape, validator.Errors(input)[1]);
}

type Fault = ReturnType<Validator["Errors"]>[1][number];

/** The most telling first: a misspelt field is reported as such, and not as the absence of the right one. */
function describeFault(shape: TObject, faults: readonly Fault[]): Refusal {
  const unknown = faults.find((fault) => fault.keyword === "additionalProperties");
  if (unknown) return unknownField(shape, unknown);
  const missing = faults.find((fault) => fault.keyword === "required");
  if (missing) {
    const fields = missing.params.requiredProperties;
    return refuse("missing-field", `${placeOf(missing)} lacks ${list(fields)}.`, {
      pointer: missing.instancePath,
    });
  }
  const [fault] = faults;
  if (!fault) throw new Error("a value that does not fit its shape has no fault");
  const part = partAt(shape, fault.instancePath);
  const must = part?.description === undefined ? fault.message : `must be ${part.description}`;
  return refuse(codeOf(part), `${placeOf(fault)} ${must}.`, { pointer: fault.instancePath });
}

function unknownField(shape: TObject, fault: Fault): Refusal {
  const [field = ""] = (fault.params as { additionalProperties: string[] }).additionalProperties;
  const part = partAt(shape, fault.instancePath);
  if (!part?.properties) return badKey(part, fault, field);
  const known = Object.keys(part.properties);
  const meant = nearest(field, known);
  const hint = meant === undefined ? `Known: ${known.join(", ")}.` : `Did you mean ${JSON.stringify(meant)}?`;
  return refuse(
    "unknown-field",
    `${placeOf(fault)} has no field ${JSON.stringify(field.slice(0, 100))}. ${hint}`,
    { pointer: within(fault, field) },
  );
}

/** A map has no fields to choose from; its keys have a form. */
function badKey(part: Part | undefined, fault: Fault, key: string): Refusal {
  return refuse(codeOf(part), `${placeOf(fault)} must be ${part?.description}.`, {
    pointer: within(fault, key),
  });
}

const placeOf = ({ instancePath }: Fault) => (instancePath === "" ? "The input" : instancePath);
/** The JSON pointer (RFC 6901) to a field of the faulty object. */
const within = ({ instancePath }: Fault, field: string) =>
  `${instancePath}/${field.slice(0, 100).replaceAll("~", "~0").replaceAll("/", "~1")}`;
const list = (fields: readonly string[]) => fields.map((field) => JSON.stringify(field)).join(", ");

interface Part {
  readonly description?: string;
  readonly properties?: { readonly [name: string]: Part };
  readonly items?: Part;
  readonly "x-refusal"?: RefusalCode;
}

/** The part of the shape that a JSON pointer leads to; inside a map or a choice, the map or the choice. */
function partAt(shape: TObject, pointer: string): Part | undefined {
  let part: Part | undefined = shape;
  for (const step of pointer.split("/").slice(1)) {
    const deeper: Part | undefined = part?.properties ? part.properties[step] : part?.items;
    if (!deeper) return part;
    part = deeper;
  }
  return part;
}

const codeOf = (part: Part | undefined): RefusalCode => part?.["x-refusal"] ?? "invalid-input";
