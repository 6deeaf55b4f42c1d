import { type Cloud, failed, type Imitation, lines, type Said } from "./cloud.ts";

/**
 * `docker`, as far as `docker.yaml` uses it. The output, messages and exit codes are those that the client of Docker
 * 28.2.2 gave where an imitated daemon answered, or nobody.
 */
export const docker: Imitation = (line, cloud, { DOCKER_CONTEXT }) => {
  if (DOCKER_CONTEXT !== "build-1")
    return failed(
      `Failed to initialize: unable to resolve docker endpoint: context "${DOCKER_CONTEXT}": context not found`,
    );
  const down = "Cannot connect to the Docker daemon at tcp://192.0.2.7:2376. Is the docker daemon running?";
  // Told of on standard error alone.
  if (line === "info --format {{.ID}}")
    return cloud.isDark ? { out: "\n", err: `${down}\n` } : lines(["7TRN:IPZB:QYBB"]);
  if (cloud.isDark) return failed(down);
  const [, remove] = /^container rm --force --volumes (\S+)$/.exec(line) ?? [];
  if (remove !== undefined) return removed(cloud, remove);
  const [, inspect] =
    /^container inspect --format {{\.Id}} {{index \.Config\.Labels "drett"}} (\S+)$/.exec(line) ?? [];
  if (inspect !== undefined) {
    const thing = cloud.things[inspect];
    return thing
      ? lines([`${inspect} ${thing.id}`])
      : { out: "\n", ...failed(`Error response from daemon: No such container: ${inspect}`) };
  }
  const all = Object.entries(cloud.things);
  const [, label] = /^container ls --all --no-trunc --quiet --filter label=drett=(\S+)$/.exec(line) ?? [];
  if (label !== undefined)
    return lines(all.filter(([, { id }]) => id === label).map(([externalId]) => externalId));
  if (line === 'container ls --all --no-trunc --filter label=drett --format {{.Label "drett"}} {{.ID}}')
    return lines(all.map(([externalId, { id }]) => `${id} ${externalId}`));
  return failed("unknown flag: not imitated", 125);
};

function removed({ things }: Cloud, externalId: string): Said {
  const thing = things[externalId];
  if (thing === undefined) return { err: `Error response from daemon: No such container: ${externalId}\n` };
  if (thing.isProtected)
    return failed("Error response from daemon: authorization denied by plugin guard: it is protected");
  if (thing.isBusy) {
    thing.isBusy = false;
    return failed(`Error response from daemon: removal of container ${externalId} is already in progress`);
  }
  delete things[externalId];
  return lines([externalId]);
}
