/** Serves a fake cloud until it is told to stop; says on its first line where. */
import { parseArgs } from "node:util";
import { startFakeCloud } from "./serve.ts";

const IDS = ["unique", "reused", "named"] as const;

export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: "0" },
      seed: { type: "string", default: "1" },
      accounts: { type: "string", default: "main" },
      ids: { type: "string", default: "unique" },
      "delete-ms": { type: "string", default: "0" },
    },
  });
  const number = (name: "port" | "seed" | "delete-ms") =>
    /^\d{1,9}$/.test(values[name])
      ? Number(values[name])
      : refuse(`--${name}`, values[name], "a whole number");
  const ids = IDS.find((it) => it === values.ids) ?? refuse("--ids", values.ids, IDS.join(", "));
  const cloud = await startFakeCloud({
    port: number("port"),
    seed: number("seed"),
    deleteMs: number("delete-ms"),
    accounts: values.accounts.split(","),
    ids,
  });
  console.log(cloud.url);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void cloud.close());
}

function refuse(option: string, said: string, wanted: string): never {
  console.error(`${option} is ${said}: use ${wanted}`);
  process.exit(2);
}
