import { REFUSALS } from "@drett/core";
import { OPERATIONS } from "./contract.ts";
import { bodyOf } from "./openapi-document.ts";
import { typeText } from "./schema-text.ts";

/** The plain types of the contract, for the client, which imports nothing. */
export function clientTypes(): string {
  const types = OPERATIONS.flatMap((operation) => {
    const { name, summary, input, reply, method } = operation;
    const sent = method === "GET" ? input : bodyOf(operation);
    return [
      `/** ${summary} */\nexport type ${typeName(name)} = ${typeText(sent)};`,
      `/** What \`${name}\` answers. */\nexport type ${typeName(name)}Reply = ${typeText(reply)};`,
    ];
  });
  const codes = Object.keys(REFUSALS).map((code) => `  | "${code}"`);
  return `// Written by \`npm run generate\` from the server's commands. Do not edit.

${types.join("\n\n")}

/** Why drett refuses; docs/errors.md says what each means. */
export type RefusalCode =
${codes.join("\n")};

/** A refusal, as RFC 9457 has it. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: RefusalCode;
  readonly detail: string;
  readonly remedy: string;
  /** Where in the input. */
  readonly pointer?: string;
};
`;
}

const typeName = (name: string) =>
  name.replaceAll(/(^|-)([a-z])/g, (_match, _dash, letter: string) => letter.toUpperCase());
