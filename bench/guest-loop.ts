/** One guest of a SQLite store after the other, without a pause, for so many seconds; answers how long each took. */
import { Engine, registerIntent } from "@drett/core";
import { openGuest } from "@drett/store-sqlite";

const [directory = ""] = process.argv.slice(2);
let made = 0;

async function tell(): Promise<number> {
  const start = performance.now();
  const store = await openGuest({ directory });
  const engine = new Engine({ store, newId: () => "unused" });
  const id = `g${process.pid}-${++made}`;
  const input = { id, application: "bench", type: "vm", owner: "lpds" };
  const outcome = await engine.submit(registerIntent, input, "bench");
  if (!("reply" in outcome)) throw new Error(outcome.detail);
  await store.close();
  return performance.now() - start;
}

process.once("message", (seconds: number) => {
  void (async () => {
    const times: number[] = [];
    for (const end = performance.now() + 1_000 * seconds; performance.now() < end; ) times.push(await tell());
    process.send?.(times, () => process.exit());
  })();
});
await tell();
process.send?.("ready");
