import type { Level } from "./level.ts";
import type { LoggerConfig, LoggingConfig } from "./logging-config.ts";

/** What holds for a logger: its own, or its ancestors' by their dotted names, up to the root. */
export function inheritedBy(name: string, { loggers }: LoggingConfig): { level: Level; handlers: string[] } {
  let level: Level | undefined;
  const handlers: string[] = [];
  let isPropagated = true;
  for (const ancestor of lineage(name)) {
    const its: LoggerConfig | undefined = loggers[ancestor];
    if (!its) continue;
    level ??= its.level;
    if (isPropagated) handlers.push(...its.handlers);
    isPropagated &&= its.propagate;
  }
  return { level: level ?? "warn", handlers };
}

/** `a.b.c`, `a.b`, `a`, and the root. */
function lineage(name: string): readonly string[] {
  if (name === "") return [""];
  const end = name.lastIndexOf(".");
  return [name, ...lineage(name.slice(0, Math.max(0, end)))];
}
