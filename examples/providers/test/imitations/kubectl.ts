import { type Cloud, failed, type Imitation, lines, type Said } from "./cloud.ts";

const NAMES = '{{range .items}}{{.metadata.name}}{{"\\n"}}{{end}}';
const LABELS = '{{range .items}}{{.metadata.labels.drett}} {{.metadata.name}}{{"\\n"}}{{end}}';

/**
 * `kubectl`, as far as `kubectl.yaml` uses it. The output, messages and exit codes are those that kubectl 1.32.4 gave
 * where an imitated API server answered, or nobody.
 */
export const kubectl: Imitation = (line, cloud, { KUBECONFIG }) => {
  if (cloud.isDark || KUBECONFIG !== "/etc/drett/kubeconfig")
    return failed(
      "The connection to the server 192.0.2.7:6443 was refused - did you specify the right host or port?",
    );
  const [, namespace] = /^get namespace (\S+) --output=go-template={{\.metadata\.uid}}$/.exec(line) ?? [];
  if (namespace !== undefined)
    return namespace === "ci"
      ? { out: "7f0c2a4e-51c5-4a43-9d1c-0c2f8e1b6a55" }
      : failed(`Error from server (NotFound): namespaces "${namespace}" not found`);
  const [, verb, , selector = "", field, rest = ""] =
    /^(get|delete) pods --namespace=(\S+) --selector=(\S+)(?: --field-selector=metadata\.name=(\S+))? (.*)$/.exec(
      line,
    ) ?? [];
  const [key, label] = selector.split("=");
  const chosen = Object.entries(cloud.things).filter(
    ([name, { id }]) => key === "drett" && (label ?? id) === id && (field ?? name) === name,
  );
  if (verb === "delete" && rest === "--wait=false")
    return deleted(
      cloud,
      chosen.map(([name]) => name),
    );
  if (verb === "get" && rest === "--output=name") return lines(chosen.map(([name]) => `pod/${name}`));
  if (verb === "get" && rest === `--output=go-template=${NAMES}`) return lines(chosen.map(([name]) => name));
  if (verb === "get" && rest === `--output=go-template=${LABELS}`)
    return lines(chosen.map(([name, { id }]) => `${id} ${name}`));
  return failed("error: unknown flag: not imitated");
};

function deleted({ things }: Cloud, names: readonly string[]): Said {
  if (names.length === 0) return lines(["No resources found"]);
  for (const name of names) {
    const thing = things[name];
    if (thing?.isProtected)
      return failed(
        `Error from server (Forbidden): pods "${name}" is forbidden: User "drett" cannot delete resource "pods" in API group "" in the namespace "ci"`,
      );
    // A finalizer keeps it.
    if (thing?.isBusy) thing.isBusy = false;
    else delete things[name];
  }
  return lines(names.map((name) => `pod "${name}" deleted`));
}
