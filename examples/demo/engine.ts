/** An engine without a human in the loop. The demo starts one of each kind; most of them end before their time. */
import { hostname } from "node:os";
import { Drett } from "@drett/client";
import { cloud } from "./cloud.ts";

// So short only that nobody has to wait in a demo.
const drett = new Drett({ application: "demo", owner: process.env.USER ?? "me", session: "5s" });
const machine = {
  type: "process",
  scope: hostname(),
  price: { amount: 0.12, currency: "EUR", per: "hour" },
} as const;
const acquire = ({ id }: { id: string }) => cloud.boot(id);
const release = ({ externalId }: { externalId?: string | undefined }) => cloud.destroy(externalId as string);

const ENGINES: Record<string, () => Promise<void>> = {
  /** Gives back what it took. */
  async orderly() {
    await drett.allocation({ timeout: "1m" }, async (block) => {
      await using first = await block.track({ ...machine, acquire, release });
      await using second = await block.track({ ...machine, acquire, release });
      say(`obtained ${first.externalId} and ${second.externalId}, gives them back`);
    });
  },

  /** Ends between its create call and the note of the id. */
  async killed() {
    const resource = await drett.intend({ ...machine, timeout: "1s" });
    say(`created ${await cloud.boot(resource.id)}`);
    await forever();
  },

  /** Creates something, but the reply is lost. */
  async deaf() {
    const lost = async ({ id }: { id: string }): Promise<string> => {
      await cloud.boot(id);
      throw new Error("socket hang up");
    };
    await drett
      .track({ ...machine, ttl: "1s", acquire: lost })
      .catch((error: Error) => say(`its create call failed: ${error.message}`));
  },

  /** Dies while its machine works; nothing but its silence says so. */
  async mortal() {
    const vm = await drett.track({ ...machine, ttl: "8h", acquire });
    say(`obtained ${vm.externalId} for eight hours, as ${vm.id}`);
    await forever();
  },

  /** Dies, too; its machine ignores SIGTERM. */
  async stubborn() {
    const vm = await drett.track({ ...machine, acquire: ({ id }) => cloud.bootStubborn(id) });
    say(`obtained ${vm.externalId}, which ignores SIGTERM`);
    await forever();
  },

  /** Reports a process that does not carry its drett id. */
  async careless() {
    const vm = await drett.track({ ...machine, acquire: () => cloud.bootUnnamed() });
    say(`obtained ${vm.externalId}, which does not carry its drett id`);
    await forever();
  },
};

const say = (what: string) => console.log(what);
const forever = () => new Promise((resolve) => setTimeout(resolve, 60_000));

const [kind = ""] = process.argv.slice(2);
await ENGINES[kind]?.();
await drett.close();
