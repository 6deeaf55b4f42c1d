/** A request as the server sees it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Body;
  readonly headers: Headers;
  readonly redirect?: string | undefined;
}

export interface Body {
  readonly id?: string;
  readonly at?: string;
  readonly commands?: readonly ({ readonly command: string } & Body)[];
  readonly [field: string]: unknown;
}

export interface Told {
  readonly kind: string;
  readonly at?: string;
  readonly [said: string]: unknown;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

const COMMANDS: { readonly [route: string]: string } = {
  "/v1/allocations": "begin-allocation",
  "/v1/allocations/{id}/finish": "finish-allocation",
  "/v1/resources": "register-intent",
  "/v1/resources/{id}/allocated": "report-allocated",
  "/v1/resources/{id}/unknown": "report-unknown",
  "/v1/resources/{id}/failed": "report-failed",
  "/v1/resources/{id}/releasing": "report-releasing",
  "/v1/resources/{id}/release-failed": "report-release-failed",
  "/v1/resources/{id}/freed": "report-freed",
  "/v1/resources/{id}/extend": "extend",
  "/v1/resources/{id}/confirm-exists": "confirm-exists",
  "/v1/resources/{id}/confirm-gone": "confirm-gone",
  "/v1/resources/{id}/confirm-never-created": "confirm-never-created",
  "/v1/resources/{id}/forget": "forget",
  "/v1/allocations/{id}/confirm-outcome": "confirm-outcome",
  "/v1/sessions/{id}/confirm-lapsed": "confirm-lapsed",
  "/v1/resources/{id}/holds": "hold",
  "/v1/resources/{id}/unhold": "unhold",
  "/v1/resources/{id}/reclaim": "reclaim-now",
  "/v1/freezes": "freeze",
  "/v1/freezes/{id}/thaw": "thaw",
  "/v1/plans/{id}/approve": "approve-plan",
  "/v1/plans/{id}/abort": "abort-plan",
  "/v1/sessions": "open-session",
  "/v1/sessions/{id}/heartbeat": "heartbeat",
  "/v1/sessions/{id}/close": "close-session",
  "/v1/freed": "free-by-attributes",
};

const CREATING = ["register-intent", "begin-allocation", "open-session", "freeze"];

/** As much of a drett server as the client can notice: it keeps facts, and takes a replay for one. */
export class FakeServer {
  /** What it was told, by record. */
  readonly records = new Map<string, Told[]>();
  /** The answer to a command instead of its own, by the command's name. */
  readonly refusals = new Map<string, (said: Body) => Reply | undefined>();
  /** What a heartbeat is told to have lost. */
  lost: object[] = [];
  /** The pages of a list, in order. */
  pages: { items: unknown[]; next: string | null }[] = [];

  answer({ method, path, query, body }: Seen): Reply {
    if (method === "GET") return this.#read(path, query);
    if (path === "/v1/batch") {
      const results = (body.commands ?? []).map(({ command, ...said }) => this.#run(command, said));
      return { status: 200, body: { results } };
    }
    const [, list = "", id = "", report] = path.slice(1).split("/");
    if (report === undefined) return this.#run(COMMANDS[path], body);
    return this.#run(COMMANDS[`/v1/${list}/{id}/${report}`], { id: decodeURIComponent(id), ...body });
  }

  kinds(id: string): string[] {
    return (this.records.get(id) ?? []).map(({ kind }) => kind);
  }

  facts(id: string): Told[] {
    return this.records.get(id) ?? [];
  }

  #run(command: string | undefined, { id, ...said }: Body): Reply {
    if (command === undefined) return problem(404, "unknown-route");
    const refused = this.refusals.get(command)?.({ ...(id === undefined ? {} : { id }), ...said });
    if (refused) return refused;
    const kind = command.replace(/^report-/, "");
    const isNew = CREATING.includes(kind);
    if (kind === "heartbeat") return this.#hear(id as string);
    if (kind === "free-by-attributes") return this.#freeByAttributes(said);
    const facts = this.records.get(id as string);
    if (!facts && !isNew) return problem(404, "unknown-resource");
    if (facts && isNew) {
      const isReplay = JSON.stringify(facts[0]) === JSON.stringify({ kind, ...said });
      return isReplay ? { status: 200, body: { id } } : problem(409, "id-used");
    }
    const known = facts ?? [];
    const fact = { kind, ...said };
    if (!known.some((it) => JSON.stringify(it) === JSON.stringify(fact))) known.push(fact);
    this.records.set(id as string, known);
    return { status: isNew ? 201 : 200, body: { id } };
  }

  #hear(id: string): Reply {
    if (!this.records.has(id)) return problem(404, "unknown-session");
    return { status: 200, body: { id, state: "open", ttlSeconds: 60, lost: this.lost } };
  }

  #freeByAttributes({ externalId, ...said }: Body): Reply {
    for (const [id, facts] of this.records) {
      if (!facts.some((fact) => fact.externalId === externalId)) continue;
      facts.push({ kind: "freed", externalId, ...said });
      return { status: 200, body: { id } };
    }
    return problem(404, "no-match");
  }

  #read(path: string, query: URLSearchParams): Reply {
    const [, list, id] = path.slice(1).split("/");
    if (id === undefined) {
      const page = this.pages[Number(query.get("cursor") ?? 0)];
      return { status: 200, body: page };
    }
    if (list === "plans") return { status: 200, body: { id, items: [{ resource: "vm-1" }] } };
    if (path.endsWith("/policy")) return { status: 200, body: { id, obstacles: [{ code: "observe" }] } };
    const facts = this.records.get(decodeURIComponent(id));
    if (list !== "resources" || !facts) return problem(404, "unknown-resource");
    return { status: 200, body: { id, version: facts.length, ...standingOf(facts), facts } };
  }
}

/** As much of the rules as the client relies on. */
function standingOf(facts: readonly Told[]): object {
  const of = (kind: string) => facts.filter((fact) => fact.kind === kind);
  const known = of("allocated");
  const externalIds = [...new Set(known.map(({ externalId }) => externalId))];
  const gone = new Set(
    of("freed").map(({ externalId, at = "" }) => {
      const ids = new Set(known.flatMap((fact) => (String(fact.at) <= at ? [fact.externalId] : [])));
      return externalId ?? (ids.size === 1 ? [...ids][0] : undefined);
    }),
  );
  const liveExternalIds = externalIds.filter((id) => !gone.has(id));
  if (of("confirm-gone").length > 0) return { state: "freed", externalIds, liveExternalIds: [] };
  if (of("confirm-never-created").length > 0) return { state: "never-created", externalIds, liveExternalIds };
  return { state: of("freed").length > 0 ? "freed" : "allocated", externalIds, liveExternalIds };
}

export function problem(status: number, code: string, detail = `for a test: ${code}`): Reply {
  const body = { type: `#${code}`, title: code, status, code, detail, remedy: "Do something about it." };
  return { status, body };
}
