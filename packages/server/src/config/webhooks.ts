import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { FINDING_KINDS } from "@drett/core";
import { isPublic, literalIn } from "../webhooks/addresses.ts";
import { readSecret, SECRET_FORM, type Sign, signer } from "../webhooks/signature.ts";
import type { Target } from "../webhooks/target.ts";
import { ConfigRefused } from "./config-refused.ts";
import { parseDuration } from "./duration.ts";
import type { Config } from "./read-config.ts";
import { type Refuse, Section } from "./section.ts";
import { readYaml } from "./yaml-file.ts";

/** Where a secret may stand. */
const SOURCES = ["secret", "secret_file", "secret_variable"] as const;
const [LEAST_EVERY, MOST_EVERY, EVERY] = [1, 86_400, 60];
const MOST_TARGETS = 100;

interface Surroundings {
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Reads the targets of webhooks, where the configuration names their file. */
export function loadWebhooks(
  { webhooks, shown, directory }: Config,
  env: NodeJS.ProcessEnv = process.env,
): readonly Target[] {
  if (webhooks === undefined) return [];
  const file = readYaml(webhooks, shown.find(({ name }) => name === "webhooks")?.origin);
  const refuse: Refuse = (path, message) => {
    throw new ConfigRefused(`${file.where(path)}: ${message}`);
  };
  const all = new Section(file.value, [], refuse);
  const names = all.keys();
  if (names.length > MOST_TARGETS) all.refuse([], `has more than ${MOST_TARGETS} targets`);
  return names.map((name) => readTarget(name, all, { directory, env }));
}

function readTarget(name: string, all: Section, surroundings: Surroundings): Target {
  if (!/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/.test(name))
    all.refuse([name], "must be named with 1 to 40 of a-z, 0-9 and '-', a letter first");
  const section = all.section(name);
  section.refuseKeysBut("url", ...SOURCES, "kinds", "applications", "every", "private");
  const isPrivate = section.flag("private") ?? false;
  const kinds = section.names("kinds", "a kind of finding", FINDING_KINDS);
  const applications = texts(section, "applications");
  if (section.has("kinds") && kinds.length === 0)
    section.refuse(["kinds"], "names none: leave it out for all");
  if (section.has("applications") && applications.length === 0)
    section.refuse(["applications"], "names none: leave it out for all");
  return {
    name,
    url: readUrl(section, isPrivate),
    sign: readSign(section, surroundings),
    ...(section.has("kinds") && { kinds: new Set(kinds) }),
    ...(section.has("applications") && { applications: new Set(applications) }),
    everyMs: 1_000 * readEvery(section),
    isPrivate,
  };
}

/** What is wrong with it is said without it: it may hold a secret. */
function readUrl(section: Section, isPrivate: boolean): URL {
  const text = section.text("url");
  if (text === undefined) return section.refuse([], "has no `url`");
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return section.refuse(["url"], "must be a URL such as https://hooks.example.org/drett");
  }
  if (url.username !== "" || url.password !== "") {
    section.refuse(["url"], "must have no user and no password: a receiver knows drett by the signature");
  }
  if (isPrivate) return url;
  if (url.protocol !== "https:") {
    section.refuse(["url"], "must be https; `private: true` is for a target in this network");
  }
  const address = literalIn(url);
  if (address !== undefined && !isPublic(address)) {
    section.refuse(
      ["url"],
      `is at ${address}, which is not public: say \`private: true\` where that is meant`,
    );
  }
  return url;
}

function readSign(section: Section, surroundings: Surroundings): Sign {
  const [source, another] = SOURCES.filter((name) => section.has(name));
  if (source === undefined) return section.refuse([], `has no secret: give one of ${SOURCES.join(", ")}`);
  if (another !== undefined) section.refuse([another], `is one too many beside ${source}`);
  const given = source === "secret" ? texts(section, source) : wordsAt(source, section, surroundings);
  const secrets = given.map(readSecret).filter((secret) => secret !== undefined);
  if (secrets.length === 0 || secrets.length < given.length) {
    section.refuse([source], `must give ${SECRET_FORM}; of several, each of them`);
  }
  return signer(secrets);
}

function wordsAt(source: string, section: Section, { directory, env }: Surroundings): readonly string[] {
  const named = section.text(source) ?? "";
  const text = source === "secret_file" ? readOr(section, resolve(directory, named)) : env[named];
  if (text === undefined) return section.refuse([source], `is ${named}, and there is no such variable`);
  return text.split(/\s+/).filter((word) => word !== "");
}

function readOr(section: Section, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    return section.refuse(["secret_file"], `cannot be read: ${(error as Error).message}`);
  }
}

function readEvery(section: Section): number {
  const text = section.text("every");
  const seconds = text === undefined ? EVERY : parseDuration(text);
  const isFine = seconds !== undefined && seconds >= LEAST_EVERY && seconds <= MOST_EVERY;
  return isFine ? seconds : section.refuse(["every"], "must be a duration such as 5m, from 1s to 1d");
}

/** One text, or a list of them. */
function texts(section: Section, key: string): readonly string[] {
  const value = section.get(key) ?? [];
  const list = Array.isArray(value) ? value : [value];
  const areTexts = list.every((text) => typeof text === "string" && text !== "");
  return areTexts ? (list as string[]) : section.refuse([key], "must be text, or a list of texts");
}
