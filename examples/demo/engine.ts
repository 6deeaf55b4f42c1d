/** An engine without a human in the loop. The demo starts one of each kind, and ends two of them before their time. */
import { Drett } from "@drett/client";
import { cloud } from "./cloud.ts";

// So short only that nobody has to wait in a demo.
const drett = new Drett({ application: "demo", owner: process.env.USER ?? "me", session: "5s" });
const acquire = ({ id }: { id: string }) => cloud.boot(id);
const release = ({ externalId }: { externalId?: string | undefined }) => cloud.destroy(externalId as string);

const ENGINES: Record<string, () => Promise<void>> = {
  /** Gives back what it took. */
  async orderly() {
    await drett.allocation({ timeout: "1m" }, async (block) => {
      await using first = await block.track({ type: "vm", acquire, release });
      await using second = await block.track({ type: "vm", acquire, release });
      say(`obtained ${first.externalId} and ${second.externalId}, gives them back`);
    });
  },

  /** Ends between its create call and the note of the id. */
  async killed() {
    const resource = await drett.intend({ type: "vm", timeout: "1s" });
    say(`created ${await cloud.boot(resource.id)}`);
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  },

  /** Dies while its machine works; nothing but its silence says so. */
  async mortal() {
    const vm = await drett.track({ type: "vm", ttl: "8h", acquire });
    say(`obtained ${vm.externalId} for eight hours`);
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  },

  /** Creates something, but the reply is lost. */
  async deaf() {
    const lost = async ({ id }: { id: string }): Promise<string> => {
      await cloud.boot(id);
      throw new Error("socket hang up");
    };
    await drett
      .track({ type: "vm", acquire: lost })
      .catch((error: Error) => say(`its create call failed: ${error.message}`));
  },

  /** Does its work and forgets to give back what it took. */
  async forgetful() {
    const vm = await drett.track({
      type: "vm",
      ttl: "1s",
      price: { amount: 0.12, currency: "EUR", per: "hour" },
      acquire,
    });
    say(`obtained ${vm.externalId} for a second, and forgets it`);
  },
};

function say(what: string): void {
  console.log(what);
}

const [kind = ""] = process.argv.slice(2);
await ENGINES[kind]?.();
await drett.close();
