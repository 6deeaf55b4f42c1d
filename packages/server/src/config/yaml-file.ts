import { readFileSync } from "node:fs";
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
} from "yaml";
import { ConfigRefused } from "./config-refused.ts";

export type Path = readonly (string | number)[];

/** A YAML file as it was read: its value, and the line on which each part of it stands. */
export interface YamlFile {
  readonly file: string;
  readonly value: unknown;
  /** `config.yaml:3`, for messages. */
  where(path: Path): string;
}

/** `because` names who asks for the file, where it is not there. */
export function readYaml(file: string, because?: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(readText(file, because), { lineCounter: lines, merge: true });
  const [error] = document.errors;
  if (error) {
    const [reason = ""] = error.message.split(/ at line \d+|:?\n/);
    throw new ConfigRefused(`${file}:${error.linePos?.[0].line ?? 1}: this is no YAML: ${reason}`);
  }
  const lineOf = (node: Node) => lines.linePos(node.range?.[0] ?? 0).line;
  return {
    file,
    value: valueOf(document, file),
    where: (path) =>
      `${file}:${lineOf(nodeAt(document.contents, path, document) ?? (document.contents as Node))}`,
  };
}

type YamlDocument = ReturnType<typeof parseDocument>;

/** A few short lines of aliases could stand for more than fits in memory: the reader has a limit. */
function valueOf(document: YamlDocument, file: string): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    throw new ConfigRefused(`${file}: ${(error as Error).message}`);
  }
}

function readText(file: string, because: string | undefined): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? `there is no file ${file}` : message;
    throw new ConfigRefused(because === undefined ? reason : `${because}: ${reason}`);
  }
}

/** The key where there is one, for that is what a person looks for; else the deepest part that is written out. */
function nodeAt(root: ParsedNode | null, path: Path, document: YamlDocument): Node | undefined {
  let found: Node | undefined = root ?? undefined;
  let inside: Node | null | undefined = root;
  for (const step of path) {
    if (isAlias(inside)) inside = inside.resolve(document);
    if (isMap<Node, Node | null>(inside)) {
      const pair: { key: Node; value?: Node | null } | undefined = inside.items.find(
        ({ key }) => isScalar(key) && String(key.value) === String(step),
      );
      if (!pair) return found;
      found = pair.key;
      inside = pair.value ?? null;
    } else if (isSeq<Node>(inside) && inside.items[Number(step)]) {
      inside = inside.items[Number(step)];
      found = inside;
    } else return found;
  }
  return found;
}
