import type { Static, TObject } from "typebox";
import { begun } from "./derive-allocation.ts";
import type { Description } from "./fact.ts";
import { describe, type Resource } from "./record.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { describing } from "./shapes.ts";
import type { View } from "./view.ts";

/** The fields as they travel: written once, in the shape. */
type Described = Static<TObject<typeof describing>>;

/**
 * What it is, with the application and module of its allocation where it names none itself; of what is known
 * already, with its own application. Told again, it comes to the same.
 */
export function completed(view: View, described: Described, known?: Resource): Description | Refusal {
  const { allocation, type, owner, scope, parent, ttlSeconds, labels, price } = described;
  const group = allocation === undefined ? undefined : view.allocation(allocation);
  const inherited = group && begun(group);
  const application =
    described.application ?? (known && describe(known).application) ?? inherited?.application;
  if (application === undefined) {
    return allocation === undefined
      ? refuse(
          "application-missing",
          "`application` is missing, and there is no `allocation` to take it from.",
        )
      : refuse("unknown-allocation", `No allocation ${allocation} is known, and \`application\` is missing.`);
  }
  const inherits = described.application === undefined && application === inherited?.application;
  const module = described.module ?? (inherits ? inherited?.module : undefined);
  const session = described.session ?? (inherits ? inherited?.session : undefined);
  return present({
    application,
    module,
    type,
    owner,
    allocation,
    session,
    scope,
    parent,
    ttlSeconds,
    labels,
    price,
  });
}

/** Whether what is said of it speaks of another thing than the one that is known by this id. */
export function isAnother(
  known: Resource,
  said: { application?: string; type?: string; owner?: string },
): boolean {
  const about = describe(known);
  const fields = ["application", "type", "owner"] as const;
  return fields.some((field) => said[field] !== undefined && said[field] !== about[field]);
}

/** The object without the keys whose value is `undefined`, so that what is stored says only what was said. */
export function present<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;
}
