#!/usr/bin/env node
/**
 * Shows that a drett server works, by using it: one allocation of two resources, then two single ones. Creates
 * nothing but records.
 */
import { Drett, DrettError, type Resource } from "../index.ts";

const url = process.env.DRETT_URL || "http://localhost:5001";
const drett = new Drett({
  url,
  application: "drett-client-test",
  module: "test",
  owner: "test",
  deadline: "3s",
});
const say = (text: string) => console.log(text);

const create = (externalId: string) => () => {
  say(`  creating ${externalId} (in truth, nothing is created)`);
  return externalId;
};
const destroy = ({ externalId }: { externalId: string }) => say(`  deleting ${externalId}`);

async function free(resource: Resource): Promise<void> {
  await resource.release(destroy);
  say(`  ${resource.id} is freed`);
}

async function run(): Promise<void> {
  say(`Talking to drett at ${url}`);

  say("An allocation of a vm and an image");
  const { vm, image } = await drett.allocation(
    { timeout: "1m", label: "drett-client-test" },
    async (block) => {
      say(`  allocation ${block.id} has begun`);
      const vm = await block.track({ type: "vm", acquire: create("test-vm-1") });
      say(`  ${vm.id} is allocated`);
      const image = await block.track({ type: "image", acquire: create("test-image-1") });
      say(`  ${image.id} is allocated`);
      return { vm, image };
    },
  );
  say("  the allocation is done");
  await free(image);
  await free(vm);

  say("A single vm");
  await free(await drett.track({ type: "vm", acquire: create("test-vm-2") }));

  say("A single vm, freed by its attributes");
  // Its own name for each run: one that an interrupted run has left behind would fit as well.
  const externalId = `test-vm-${Date.now()}`;
  const last = await drett.track({ type: "vm", acquire: create(externalId) });
  say(`  ${last.id} is allocated`);
  const freed = await drett.freeByAttributes({ type: "vm", externalId });
  say(`  ${freed} is freed, as the vm ${externalId} of owner test`);

  say("All is well");
}

try {
  await run();
} catch (error) {
  const why = error instanceof DrettError ? error.message : String(error);
  console.error(`drett-client-test: ${url}: ${why}`);
  process.exitCode = 1;
}
