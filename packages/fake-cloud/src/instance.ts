/** One thing that exists in the cloud, as it is shown. */
export interface Instance {
  readonly id: string;
  /** Never another thing's, even where ids are used again. */
  readonly uid: string;
  readonly account: string;
  readonly name: string;
  readonly tags: { readonly [name: string]: string };
  readonly state: "running" | "deleting";
  /** Its deletion is denied. */
  readonly isProtected: boolean;
  /** In milliseconds since 1970. */
  readonly created: number;
}

/** What a create call may say. */
export interface Plan {
  readonly name?: string;
  readonly tags?: { readonly [name: string]: string };
  /** The same again is the same thing: nothing more is created. */
  readonly token?: string;
  readonly isProtected?: boolean;
}

export interface InstancePage {
  readonly items: readonly Instance[];
  /** Where the next page begins; nothing after the last one. */
  readonly next: string | null;
  /** Whether this page, with those before it, holds all that was asked for as far as the cloud can tell. */
  readonly isComplete: boolean;
}
