import { type Cloud, failed, type Imitation, lines, type Said } from "./cloud.ts";

/**
 * `openstack`, as far as `openstack.yaml` uses it. The messages are those in the sources of openstacksdk (`No Server
 * found for …`, `ForbiddenException: 403`, `ConflictException: 409`) and of keystoneauth; the order of columns and the
 * form `value` are those of cliff.
 */
export const openstack: Imitation = (line, cloud, { OS_CLOUD, OS_COMPUTE_API_VERSION }) => {
  if (OS_CLOUD !== "north") return failed(`Cloud ${OS_CLOUD} was not found.`);
  if (cloud.isDark)
    return failed(
      "Unable to establish connection to https://cloud.example:5000/v3/auth/tokens: HTTPSConnectionPool(host='cloud.example', port=5000): Max retries exceeded",
    );
  if (line === "token issue --format value --column project_id")
    return lines(["0c6f1d6a5c7e4d1c8f3a2b9e7d5f4a31"]);
  const [, removed] = /^server delete (\S+)$/.exec(line) ?? [];
  if (removed !== undefined) return deleted(cloud, removed);
  const [, shown] = /^server show (\S+) --format value --column id --column name$/.exec(line) ?? [];
  if (shown !== undefined) {
    const thing = cloud.things[shown];
    return thing ? lines([shown, thing.id]) : failed(`No Server found for ${shown}`);
  }
  const all = Object.entries(cloud.things);
  const [, name] = /^server list --name (\S+) --limit -1 --format value --column ID$/.exec(line) ?? [];
  if (name !== undefined)
    return lines(all.filter(([, { id }]) => new RegExp(name).test(id)).map(([externalId]) => externalId));
  if (
    line === "server list --tags drett --limit -1 --format value --column ID --column Name" &&
    OS_COMPUTE_API_VERSION === "2.52"
  )
    return lines(all.map(([externalId, { id }]) => `${externalId} ${id}`));
  return failed("openstack: error: not imitated", 2);
};

function deleted({ things }: Cloud, externalId: string): Said {
  const thing = things[externalId];
  const url = `Client Error for url: https://cloud.example:8774/v2.1/servers/${externalId}`;
  const refused = (reason: string) =>
    failed(
      `Failed to delete server with name or ID '${externalId}': ${reason}\n1 of 1 servers failed to delete.`,
    );
  if (thing === undefined) return refused(`No Server found for ${externalId}`);
  if (thing.isProtected)
    return refused(
      `ForbiddenException: 403: ${url}, Policy doesn't allow os_compute_api:servers:delete to be performed.`,
    );
  if (thing.isBusy) {
    thing.isBusy = false;
    return refused(
      `ConflictException: 409: ${url}, Cannot 'delete' instance ${externalId} while it is locked`,
    );
  }
  delete things[externalId];
  return {};
}
