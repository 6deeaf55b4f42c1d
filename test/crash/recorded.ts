import type { RecordName } from "./command.ts";
import { type FedFact, readFeed } from "./feed.ts";
import { getAll, getServed } from "./http.ts";

/** A fact as the server shows it. */
export interface ShownFact {
  readonly kind: string;
  readonly at: string;
  readonly arrival: string;
  readonly actor: string;
  readonly told?: string;
  readonly [field: string]: unknown;
}

/** How the server says that a record stands, and when it said so. */
export interface Standing {
  readonly state: string;
  readonly due: string | null;
  readonly findings: readonly { readonly kind: string; readonly since: string }[];
  readonly now: number;
}

/** Everything that the server has, as it shows it. */
export interface Recorded {
  /** The facts of each record, as the record itself shows them. */
  readonly facts: ReadonlyMap<RecordName, readonly ShownFact[]>;
  readonly feed: readonly FedFact[];
  readonly standings: ReadonlyMap<RecordName, Standing>;
}

const READERS = 16;

/** Asks for each of the records by its id, whether it is listed or not, and for those that are listed besides. */
export async function readAll(url: string, asked: Iterable<RecordName>): Promise<Recorded> {
  const standings = new Map<RecordName, Standing>();
  for (const kind of ["resource", "allocation"] as const) {
    for (const { item, now } of await getAll(`${url}/v1/${kind}s`)) {
      const view = item as Standing & { id: string };
      standings.set(`${kind} ${view.id}`, { ...view, now });
    }
  }

  const facts = new Map<RecordName, readonly ShownFact[]>();
  const names = [...new Set([...asked, ...standings.keys()])];
  const read = async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      const [kind, id] = name.split(" ");
      const { status, body } = await getServed(`${url}/v1/${kind}s/${id}`);
      if (status !== 200 && status !== 404) throw new Error(`${name} answers ${JSON.stringify(body)}`);
      if (status === 200) facts.set(name, (body as { facts: ShownFact[] }).facts);
    }
  };
  await Promise.all(Array.from({ length: READERS }, read));

  const count = [...facts.values()].reduce((sum, its) => sum + its.length, 0);
  return { facts, feed: await readFeed(url, count), standings };
}
