import type { Channel } from "./channel.ts";
import { openFile } from "./channels/file.ts";
import { openProgram } from "./channels/program.ts";
import { openStdio } from "./channels/stdio.ts";
import { openTcp } from "./channels/tcp.ts";
import { openUdp } from "./channels/udp.ts";
import { type Entry, readEntry } from "./entry.ts";
import type { Level } from "./level.ts";
import { LineQueue } from "./line-queue.ts";
import type { HandlerConfig, Remote, Syslog } from "./logging-config.ts";
import { loggerArguments, loggerLine, syslogMessage } from "./syslog.ts";
import { compileText } from "./text-format.ts";

/** Where lines go: those of a level and above, in one format, to one place. */
export interface Handler {
  readonly level: Level;
  /** Takes a line of JSON, as pino writes it, and does not wait. */
  write(line: string): void;
  reopen(): Promise<void>;
  close(atMostMs: number): Promise<void>;
  dropped(): number;
}

export interface HandlerOptions {
  /** The program that writes to local syslog sockets, for a handler that needs it. */
  readonly loggerProgram?: string | undefined;
  /** The line, as JSON, that tells how many are missing in its place. */
  readonly gap: (dropped: number) => string;
  readonly onTrouble: (error: Error) => void;
}

/** Throws where the place cannot be opened. */
export function openHandler(config: HandlerConfig, options: HandlerOptions): Handler {
  const render = renderer(config);
  const channel = openChannel(config, options.loggerProgram);
  const gap = (dropped: number) => render(options.gap(dropped));
  const queue = new LineQueue({ channel, gap, onTrouble: options.onTrouble });
  return {
    level: config.level,
    write: (line) => queue.push(render(line)),
    reopen: async () => channel.reopen?.(),
    close: (atMostMs) => queue.close(atMostMs),
    dropped: () => queue.dropped,
  };
}

/** How a line of JSON is to be written in this place. */
function renderer(config: HandlerConfig): (line: string) => string {
  const { format } = config;
  if (config.to !== "syslog" && format.kind === "json") return (line) => line;
  const text = format.kind === "text" ? compileText(format) : undefined;
  const end: End = config.to === "syslog" ? syslogEnd(config) : (_entry, text) => `${text}\n`;
  return (line) => {
    const entry = readEntry(line);
    return end(entry, text ? text(entry) : line.trimEnd());
  };
}

type End = (entry: Entry, text: string) => string;

const syslogEnd =
  (syslog: Syslog): End =>
  (entry, text) =>
    "socket" in syslog.transport ? loggerLine(entry, text, syslog) : syslogMessage(entry, text, syslog);

function openChannel(config: HandlerConfig, loggerProgram = "logger"): Channel {
  switch (config.to) {
    case "stdout":
      return openStdio(process.stdout);
    case "stderr":
      return openStdio(process.stderr);
    case "nowhere":
      return { send: () => Promise.resolve(), close: () => Promise.resolve() };
    case "file":
      return openFile(config.path);
    case "syslog":
      return "socket" in config.transport
        ? openProgram(loggerProgram, loggerArguments(config, config.transport.socket))
        : openRemote(config.transport);
    default: {
      const never: never = config;
      return never;
    }
  }
}

const openRemote = (remote: Remote) => (remote.protocol === "tcp" ? openTcp(remote) : openUdp(remote));
