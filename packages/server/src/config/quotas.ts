import type { Quota, Quotas } from "@drett/core";
import { ConfigRefused } from "./config-refused.ts";
import type { Config } from "./read-config.ts";
import { type Refuse, Section } from "./section.ts";
import { readYaml } from "./yaml-file.ts";

/** Reads the quotas, where the configuration names their file. */
export function loadQuotas({ quotas, shown }: Config): Quotas | undefined {
  if (quotas === undefined) return undefined;
  const file = readYaml(quotas, shown.find(({ name }) => name === "quotas")?.origin);
  return readQuotas(file.value, (path, message) => {
    throw new ConfigRefused(`${file.where(path)}: ${message}`);
  });
}

/** What is missing is no limit, zero is none at all: so an application without any limit is a slip, and refused. */
function readQuotas(value: unknown, refuse: Refuse): Quotas {
  const file = new Section(value, [], refuse);
  const entries = file.keys().map((application) => [application, readQuota(file.section(application))]);
  return Object.fromEntries(entries) as Quotas;
}

function readQuota(section: Section): Quota {
  section.refuseKeysBut("live", "cost_per_hour");
  if (section.keys().length === 0) section.refuse([], "has no limit: give `live` or `cost_per_hour`");
  const cost = section.section("cost_per_hour");
  for (const currency of cost.keys()) {
    if (!/^[A-Z]{3}$/.test(currency)) cost.refuse([currency], "must be a currency such as EUR");
  }
  return {
    ...(section.has("live") && { live: amount(section, "live") }),
    ...(section.has("cost_per_hour") && {
      costPerHour: Object.fromEntries(cost.keys().map((currency) => [currency, amount(cost, currency)])),
    }),
  };
}

function amount(section: Section, key: string): number {
  const value = section.get(key);
  const isAmount = typeof value === "number" && Number.isFinite(value) && value >= 0;
  return isAmount ? value : section.refuse([key], "must be a number, zero or more");
}
