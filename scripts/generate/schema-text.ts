import type { JsonSchema } from "./contract.ts";

/** The TypeScript type that a schema describes, on one line or, for an object, on several. */
export function typeText(schema: JsonSchema, indent = ""): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.anyOf) return schema.anyOf.map((choice) => typeText(choice, indent)).join(" | ");
  switch (schema.type) {
    case "integer":
      return "number";
    case "array":
      return `readonly (${typeText(schema.items ?? {}, indent)})[]`;
    case "object":
      return objectText(schema, indent);
    case "string":
    case "number":
    case "boolean":
    case "null":
      return schema.type;
    default:
      return "unknown";
  }
}

function objectText(schema: JsonSchema, indent: string): string {
  if (!schema.properties) {
    const [value = {}] = Object.values(schema.patternProperties ?? {});
    return `{ readonly [key: string]: ${typeText(value, indent)} }`;
  }
  const deeper = `${indent}  `;
  const fields = Object.entries(schema.properties).map(([name, field]) => {
    const mark = schema.required?.includes(name) ? "" : "?";
    const doc = field.description === undefined ? "" : `${deeper}/** ${field.description} */\n`;
    return `${doc}${deeper}readonly ${name}${mark}: ${typeText(field, deeper)};\n`;
  });
  return fields.length === 0 ? "Record<string, never>" : `{\n${fields.join("")}${indent}}`;
}

/** What a field must be, for a person. */
export function wordsOf(schema: JsonSchema): string {
  if (schema.description !== undefined) return schema.description;
  if (schema.const !== undefined) return `"${schema.const}"`;
  if (schema.enum) return schema.enum.map((value) => `"${value}"`).join(", ");
  if (schema.anyOf) return schema.anyOf.map(wordsOf).join(", or ");
  if (schema.type === "array") return `a list; each: ${wordsOf(schema.items ?? {})}`;
  if (schema.type === "object" && schema.properties) {
    return `an object: ${Object.keys(schema.properties)
      .map((name) => `\`${name}\``)
      .join(", ")}`;
  }
  return (
    { string: "text", integer: "a whole number", boolean: "true or false", null: "null" }[
      schema.type ?? ""
    ] ??
    schema.type ??
    "anything"
  );
}
