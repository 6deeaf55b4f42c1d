import { testStore } from "@drett/conformance";
import { MemoryStore } from "@drett/core";

const reason = "nothing outlives a store in memory, and nobody else can reach it";

testStore("memory", () => ({ store: new MemoryStore() }), {
  scale: 5,
  deviations: [
    { test: "reopen", reason },
    { test: "sharing", reason },
  ],
});
