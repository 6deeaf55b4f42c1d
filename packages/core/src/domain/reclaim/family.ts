import { describe, type Resource } from "../record.ts";
import { isSettled, stateOf } from "../resource-state.ts";

/**
 * The ids of its parent, of that one's parent, and so on, as far as `find` knows them, each once: where its parents go in
 * a circle, all of that.
 */
export function ancestorsOf(
  resource: Resource,
  find: (id: string) => Resource | undefined,
): readonly string[] {
  const ids: string[] = [];
  let next = describe(resource).parent;
  while (next !== undefined && !ids.includes(next)) {
    ids.push(next);
    const parent = find(next);
    next = parent && describe(parent).parent;
  }
  return ids;
}

/** Those of its children that have to go first: nothing is a child of its own. */
export const livingChildren = (resource: Resource, children: readonly Resource[]): readonly Resource[] =>
  children.filter((child) => child.id !== resource.id && !isSettled(child) && stateOf(child) !== "forgotten");
