import { PROVIDER_API, providerPlugin } from "@drett/core";
import { isInContainer, PROC } from "./proc.ts";
import { openProcesses } from "./process-provider.ts";

export { externalIdOf } from "./external-id.ts";
export { openProcesses, type ProcessOptions } from "./process-provider.ts";

export const plugin = providerPlugin({
  api: PROVIDER_API,
  settings: {
    scope: {
      type: "text",
      meaning:
        "what this machine is called in the scope of what is registered; its host name, if nothing is said",
    },
    variable: {
      type: "text",
      default: "DRETT_RESOURCE",
      meaning: "the environment variable in which a process has its drett id",
    },
    grace: {
      type: "duration",
      least: 0,
      most: 3_600,
      default: 10,
      meaning:
        "how long a process has after SIGTERM before it gets SIGKILL; shorter than an attempt may take",
    },
    users: {
      type: "choice",
      of: ["all", "own"],
      default: "all",
      meaning: "whose processes may carry a drett id: everybody's, or those of the server's own user alone",
    },
  },
  async open({ scope, variable, grace, users }, opening) {
    if (!/^[A-Za-z_]\w*$/.test(variable)) {
      throw new Error(`variable: ${JSON.stringify(variable)} is no name of an environment variable`);
    }
    const provider = openProcesses({ scope, variable, graceSeconds: grace, users });
    if (scope === undefined && isInContainer(PROC)) {
      opening.warn(
        "this server runs in a container and sees the processes in it alone: say in `scope` what engines call it",
      );
    }
    return provider;
  },
});
