import { ConfigRefused } from "../config/config-refused.ts";
import type { Config } from "../config/read-config.ts";
import { readYaml } from "../config/yaml-file.ts";
import { type LoggerConfig, type LoggingConfig, plainLogging } from "./logging-config.ts";
import { readLogging } from "./read-logging.ts";

/** Reads the logging file, where the configuration names one. Its `log_level` goes over the level of the root. */
export function loadLogging({ logging, log_level: level, directory, shown }: Config): LoggingConfig {
  if (logging === undefined) return plainLogging(level ?? "info");
  const file = readYaml(logging, shown.find(({ name }) => name === "logging")?.origin);
  const read = readLogging(file.value, directory, (path, message) => {
    throw new ConfigRefused(`${file.where(path)}: ${message}`);
  });
  const root = read.loggers[""] as LoggerConfig;
  return { ...read, loggers: { ...read.loggers, "": { ...root, level: level ?? root.level } } };
}
