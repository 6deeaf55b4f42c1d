import type { Outlook } from "../../domain/reclaim/outlook.ts";
import type { Allocation, Resource } from "../../domain/record.ts";

/** A resource that something could be done about. */
export interface Candidate {
  readonly resource: Resource;
  readonly allocation: Allocation | undefined;
  readonly outlook: Outlook;
}
