import type { Provider } from "@drett/core";
import type { World } from "../memory-provider.ts";

/** One thing wrong with a provider, as it easily may be, and tests that must fail by it. */
interface Mistake {
  readonly make: (right: Required<Provider>, world: World) => Provider;
  readonly fails: readonly string[];
}

export interface Mistakes {
  readonly [mistake: string]: Mistake;
}
