import { type Cloud, failed, type Imitation, lines, type Said } from "./cloud.ts";

const REGIONS = ["eu-west-1", "eu-central-1"];
const STATES = "Name=instance-state-name,Values=pending,running,shutting-down,stopping,stopped";

/**
 * `aws`, as far as `aws.yaml` uses it. The output and messages are those that aws-cli 1.45.11 gave where an imitated
 * EC2 answered, or nobody; it exited with 255, and version 2 is documented to exit with 254 where a service refuses.
 */
export const aws: Imitation = (line, cloud, { AWS_PROFILE }) => {
  if (AWS_PROFILE !== "drett") return failed(`\nThe config profile (${AWS_PROFILE}) could not be found`, 255);
  const [, region = "", rest = ""] = /^\S+ \S+ --region (\S+) (.*)$/.exec(line) ?? [];
  if (cloud.isDark || !REGIONS.includes(region))
    return failed(`\nCould not connect to the endpoint URL: "https://ec2.${region}.amazonaws.com/"`, 255);
  if (line.startsWith("sts get-caller-identity ") && rest === "--query Account --output text")
    return lines(["123456789012"]);
  const [, ended] = /^--instance-ids (\S+) --output text$/.exec(rest) ?? [];
  if (line.startsWith("ec2 terminate-instances ") && ended !== undefined) return terminated(cloud, ended);
  return line.startsWith("ec2 describe-instances ")
    ? described(cloud, rest)
    : failed("\naws: error: not imitated", 252);
};

function terminated({ things }: Cloud, externalId: string): Said {
  const thing = things[externalId];
  const refused = (code: string, message: string) =>
    failed(`\nAn error occurred (${code}) when calling the TerminateInstances operation: ${message}`, 254);
  if (thing === undefined)
    return refused("InvalidInstanceID.NotFound", `The instance ID '${externalId}' does not exist`);
  if (thing.isProtected)
    return refused(
      "OperationNotPermitted",
      `The instance '${externalId}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
    );
  if (thing.isBusy) {
    thing.isBusy = false;
    return refused("RequestLimitExceeded", "Request limit exceeded.");
  }
  if (thing.state !== "terminated") thing.state = "shutting-down";
  return lines([`TERMINATINGINSTANCES\t${externalId}`, "CURRENTSTATE\t32\tshutting-down"]);
}

function described({ things }: Cloud, rest: string): Said {
  const [, filters = "", query] = /^--filters (.*) --query (\S+) --output text$/.exec(rest) ?? [];
  const value = (name: string) => new RegExp(`Name=${name},Values=(\\S+)`).exec(filters)?.[1];
  const chosen = Object.entries(things).filter(
    ([externalId, { id, state = "running" }]) =>
      externalId === (value("instance-id") ?? externalId) &&
      id === (value("tag:drett") ?? id) &&
      (!filters.includes(STATES) || state !== "terminated"),
  );
  switch (query) {
    case "Reservations[].Instances[].[State.Name]": {
      const states = chosen.map(([, { state = "running" }]) => state);
      for (const [, thing] of chosen) if (thing.state === "shutting-down") thing.state = "terminated";
      return lines(states);
    }
    case "Reservations[].Instances[].[InstanceId]":
      return lines(chosen.map(([externalId]) => externalId));
    case "Reservations[].Instances[].[Tags[?Key=='drett']|[0].Value,InstanceId]":
      return lines(chosen.map(([externalId, { id }]) => `${id}\t${externalId}`));
    default:
      return failed("\naws: error: not imitated", 252);
  }
}
