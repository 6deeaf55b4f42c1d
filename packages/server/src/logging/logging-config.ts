import type { Level } from "./level.ts";

/** What a logging file says, once it is read and found good. */
export interface LoggingConfig {
  readonly handlers: { readonly [name: string]: HandlerConfig };
  /** By their dotted names; the root is the empty one. */
  readonly loggers: { readonly [name: string]: LoggerConfig };
}

export interface LoggerConfig {
  /** Nothing where it takes its parent's. */
  readonly level: Level | undefined;
  readonly propagate: boolean;
  readonly handlers: readonly string[];
}

export type HandlerConfig = Destination & { readonly level: Level; readonly format: Format };

export type Destination =
  | { readonly to: "stdout" | "stderr" | "nowhere" }
  | { readonly to: "file"; readonly path: string }
  | ({ readonly to: "syslog" } & Syslog);

export interface Syslog {
  /** The local socket goes through the program `logger`, which can open it. */
  readonly transport: { readonly socket: string } | Remote;
  readonly facility: number;
  readonly appName: string;
}

export interface Remote {
  readonly protocol: "udp" | "tcp";
  readonly host: string;
  readonly port: number;
}

export type Format = { readonly kind: "json" } | TextFormat;

export interface TextFormat {
  readonly kind: "text";
  /** With directives as in Python's logging. */
  readonly line: string;
  /** How `%(asctime)s` is written, as in `strftime`; nothing for Python's own way. */
  readonly time: string | undefined;
}

export const JSON_FORMAT: Format = { kind: "json" };
export const PLAIN_TEXT: Format = {
  kind: "text",
  line: "%(asctime)s %(name)s %(levelname)s %(message)s",
  time: undefined,
};

/** What holds without a logging file: JSON lines on standard error. */
export function plainLogging(level: Level): LoggingConfig {
  return {
    handlers: { stderr: { to: "stderr", level: "trace", format: JSON_FORMAT } },
    loggers: { "": { level, propagate: true, handlers: ["stderr"] } },
  };
}
