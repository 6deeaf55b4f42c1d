import { type Answer, CloudError } from "./answer.ts";
import type { Asking, Cloud } from "./cloud.ts";
import type { Drawn, Fault, Faults, Operation } from "./faults.ts";
import type { Plan } from "./instance.ts";

export interface Request {
  readonly method: string;
  readonly url: URL;
  /** Who says to be asking. */
  readonly caller: string;
  readonly onlyUid: string | undefined;
  readonly body: string;
}

const MOST_ON_A_PAGE = 1_000;

/** `lost`: the connection shall be reset. */
export async function answerRequest(
  request: Request,
  cloud: Cloud,
  faults: Faults,
  pause: (ms: number) => Promise<unknown>,
): Promise<Answer | "lost"> {
  const [first, account, second, id, ...more] = request.url.pathname
    .split("/")
    .slice(1)
    .map(decodeURIComponent);
  const isOfAccount = first === "accounts" && account !== undefined && more.length === 0;
  if (!isOfAccount) return answerAside(`${request.method} /${first}`, request, cloud, faults);
  const operation = operationOf(request, second, id);
  const drawn = faults.draw(operation, request.caller);
  for (const kind of drawn.keys()) cloud.journal.noteFault(cloud.now, operation, kind, request.caller);
  const asking = { by: request.caller, faults: drawn };
  return withFaults(drawn, pause, () =>
    carryOut(operation, request, { account, id: id ?? "" }, cloud, asking),
  );
}

function operationOf({ method }: Request, collection: string | undefined, id: string | undefined): Operation {
  const operations: { readonly [shape: string]: Operation } = {
    "GET account": "account",
    "POST all": "create",
    "GET all": "list",
    "GET one": "describe",
    "DELETE one": "delete",
  };
  const one = id === undefined ? "all" : "one";
  const shape = collection === undefined ? "account" : collection === "instances" ? one : "nothing";
  return operations[`${method} ${shape}`] ?? refuse(404, "no-such-route", "the README lists what there is");
}

/** In the order in which things go wrong on their way. */
async function withFaults(
  faults: Drawn,
  pause: (ms: number) => Promise<unknown>,
  carryOut: () => Answer,
): Promise<Answer | "lost"> {
  if (faults.has("slow")) await pause(faults.get("slow") ?? 1_000);
  if (faults.has("lost-request")) return "lost";
  if (faults.has("throttled")) return throttled(faults.get("throttled") ?? 1_000);
  if (faults.has("error-before")) refuse(503, "unavailable", "nothing was done");
  if (faults.has("denied")) refuse(403, "denied", "this may not be done");
  const answer = carryOut();
  if (faults.has("lost-reply")) return "lost";
  if (faults.has("error-after")) refuse(500, "internal", "something went wrong");
  return answer;
}

const throttled = (ms: number): Answer => ({
  status: 429,
  headers: { "retry-after": String(Math.ceil(ms / 1_000)) },
  body: { code: "throttled", detail: "too many requests" },
});

function carryOut(
  operation: Operation,
  request: Request,
  { account, id }: { account: string; id: string },
  cloud: Cloud,
  asking: Asking,
): Answer {
  switch (operation) {
    case "account":
      cloud.enter(account);
      return { status: 200, body: { account, as: asking.by } };
    case "create": {
      const { instance, isNew } = cloud.create(account, planIn(request.body), asking);
      return { status: isNew ? 201 : 200, body: instance };
    }
    case "describe":
      return { status: 200, body: cloud.describe(account, id) };
    case "delete":
      return { status: 202, body: cloud.delete(account, id, request.onlyUid, asking) };
    case "list":
      return { status: 200, body: cloud.list(account, selectionIn(request.url.searchParams), asking) };
  }
}

/** What the test asks, and nobody's cloud: nothing goes wrong with it. */
function answerAside(shape: string, { url, body }: Request, cloud: Cloud, faults: Faults): Answer {
  switch (shape) {
    case "GET /journal":
      // Whatever is gone by now is noted first.
      void cloud.instances;
      return { status: 200, body: { entries: cloud.journal.after(number(url.searchParams, "after", 0)) } };
    case "GET /faults":
      return { status: 200, body: { faults: faults.all } };
    case "POST /faults":
      faults.add(objectIn(body) as Fault);
      return { status: 201, body: { faults: faults.all } };
    case "DELETE /faults":
      faults.clear();
      return { status: 200, body: { faults: [] } };
    default:
      return refuse(404, "no-such-route", "the README lists what there is");
  }
}

function planIn(body: string): Plan {
  const { name, tags = {}, token, isProtected, ...unknown } = objectIn(body) as { [field: string]: unknown };
  const isText = (it: unknown) => typeof it === "string";
  const wrong = [
    ...Object.keys(unknown),
    ...(name === undefined || isText(name) ? [] : ["name"]),
    ...(token === undefined || isText(token) ? [] : ["token"]),
    ...(isProtected === undefined || typeof isProtected === "boolean" ? [] : ["isProtected"]),
    ...(typeof tags === "object" && tags !== null && Object.values(tags).every(isText) ? [] : ["tags"]),
  ];
  if (wrong.length > 0) refuse(400, "wrong-plan", `cannot be used: ${wrong.join(", ")}`);
  return objectIn(body);
}

/** `?tag=name` or `?tag=name:value`. */
function selectionIn(query: URLSearchParams) {
  const [name, ...value] = query.get("tag")?.split(":") ?? [];
  const tag =
    name === undefined ? {} : { tag: { name, ...(value.length > 0 ? { value: value.join(":") } : {}) } };
  const limit = Math.min(number(query, "limit", 100), MOST_ON_A_PAGE);
  return { ...tag, after: number(query, "cursor", 0), limit };
}

function number(query: URLSearchParams, name: string, otherwise: number): number {
  const said = query.get(name) ?? String(otherwise);
  if (!/^\d{1,15}$/.test(said)) refuse(400, "wrong-number", `${name} is ${said}: use a whole number`);
  return Number(said);
}

function objectIn(body: string): object {
  try {
    const said: unknown = JSON.parse(body === "" ? "{}" : body);
    if (typeof said === "object" && said !== null && !Array.isArray(said)) return said;
  } catch {
    // Refused below, as is what is no object.
  }
  return refuse(400, "no-object", "the body is no JSON object");
}

function refuse(status: number, code: string, detail: string): never {
  throw new CloudError(status, code, detail);
}
