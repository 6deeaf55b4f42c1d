import { Unclear } from "./unclear.ts";

/** What a call is about: of `sees` and `list`, the scope alone; of `find`, no external id. */
export interface About {
  readonly id?: string;
  readonly externalId?: string;
  readonly type?: string;
  readonly owner?: string;
  readonly application?: string;
  readonly module?: string;
  readonly scope?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly data?: object;
  readonly since?: number;
}

export const OF_SCOPE = ["scope"] as const;
export const OF_SUBJECT = [
  ...OF_SCOPE,
  "id",
  "type",
  "owner",
  "application",
  "module",
  "label.",
  "data.",
] as const;
export const OF_TARGET = [...OF_SUBJECT, "externalId"] as const;

/** Doubled braces are those of a Go template, and stay. */
const PLACEHOLDER = /(?<!\{)\{([A-Za-z][\w./-]*)\}(?!\})/g;

/** The first placeholder in a text that has no meaning there. */
export const unknownIn = (template: string, known: readonly string[]): string | undefined =>
  [...template.matchAll(PLACEHOLDER)].map(([, name = ""]) => name).find((name) => !isKnown(name, known));

const isKnown = (name: string, known: readonly string[]) =>
  known.some((it) => (it.endsWith(".") ? name.startsWith(it) && name !== it : name === it));

/** Throws {@link Unclear} where a placeholder has no value. */
export const fill = (template: string, about: About): string =>
  template.replaceAll(PLACEHOLDER, (placeholder, name: string) => valueOf(placeholder, name, about));

/** What an engine reported must not become an option of the program. */
export function fillArgument(template: string, about: About): string {
  const argument = fill(template, about);
  if (argument.startsWith("-") && !template.startsWith("-"))
    throw new Unclear(
      `${JSON.stringify(argument)}, in the place of ${template}, would be taken for an option`,
    );
  return argument;
}

/** The texts that can be filled: one about a value that is not there is found nowhere. */
export const fillAll = (templates: readonly string[], about: About): readonly string[] =>
  templates.flatMap((template) => {
    try {
      return [fill(template, about)];
    } catch {
      return [];
    }
  });

function valueOf(placeholder: string, name: string, about: About): string {
  const value = lookUp(name, about);
  const text = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  if (typeof text !== "string" || text === "") throw new Unclear(`${placeholder} has no value here`);
  // Neither can be handed to a program as it is: the text that arrives would mean something else.
  if (text.includes("\0") || !text.isWellFormed())
    throw new Unclear(`the value of ${placeholder} is no text that a program can be given`);
  return text;
}

function lookUp(name: string, { labels, data, ...about }: About): unknown {
  const [, group, key = ""] = /^(label|data)\.(.*)$/.exec(name) ?? [];
  if (group === undefined) return about[name as keyof typeof about];
  return ((group === "label" ? labels : data) as Readonly<Record<string, unknown>> | undefined)?.[key];
}
