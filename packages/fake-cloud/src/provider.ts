import type {
  Finds,
  Freeing,
  Listing,
  Looking,
  Provider,
  Seeing,
  Subject,
  Target,
  Values,
} from "@drett/core";
import { type Caller, call, callForAll, type Reply, sayingOf } from "./call.ts";
import type { Instance } from "./instance.ts";
import type { SETTINGS } from "./settings.ts";

export interface FakeCloudSettings extends Omit<Values<typeof SETTINGS>, "url"> {
  readonly url: string;
}

const UNTAGGED = "it does not carry a drett id, so nobody can tell whether it is the one that is meant";
const YOUNG = "it is so new that it may not be found yet";

/** Frees, looks at and finds the instances of a fake cloud, over its HTTP. */
export function fakeCloudProvider(settings: FakeCloudSettings, now: () => number = Date.now): Provider {
  const { account, tag, findable, identity, lag } = settings;
  const caller: Caller = settings;
  const accountOf = (scope: string | undefined) => scope ?? account;
  const pathOf = (scope: string | undefined, id: string) =>
    `accounts/${encodeURIComponent(accountOf(scope))}/instances/${encodeURIComponent(id)}`;
  const isYoung = ({ since }: Subject) => now() - since < 1_000 * lag;
  const isMeant = (instance: Instance, { id }: Subject) =>
    identity !== "guarded" || instance.tags[tag] === id;
  /** Its tag may have been lost, or never been set: that is no proof that what is meant is gone. */
  const isNobodys = ({ tags }: Instance) => identity === "guarded" && !Object.hasOwn(tags, tag);

  async function sees(scope: string | undefined, signal: AbortSignal): Promise<Seeing> {
    const reply = await call(caller, "GET", `accounts/${encodeURIComponent(accountOf(scope))}`, signal);
    if (reply.status === 200) return { answer: "yes", as: (reply.body as { as: string }).as };
    return reply.status === 403 ? { answer: "no", reason: sayingOf(reply) } : unclear(reply);
  }

  async function look(target: Target, signal: AbortSignal): Promise<Looking> {
    const reply = await call(caller, "GET", pathOf(target.scope, target.externalId), signal);
    if (reply.status === 200) {
      const instance = reply.body as Instance;
      if (isNobodys(instance)) return { answer: "cannot-tell", reason: UNTAGGED };
      return { answer: isMeant(instance, target) ? "present" : "gone" };
    }
    if (reply.status !== 404) return unclear(reply);
    return isYoung(target) ? { answer: "cannot-tell", reason: YOUNG } : { answer: "gone" };
  }

  async function free(target: Target, signal: AbortSignal): Promise<Freeing> {
    const path = pathOf(target.scope, target.externalId);
    if (identity !== "guarded") return freeingOf(await call(caller, "DELETE", path, signal));
    const seen = await call(caller, "GET", path, signal);
    if (seen.status !== 200) return freeingOf(seen);
    const instance = seen.body as Instance;
    if (isNobodys(instance)) return { answer: "cannot-tell", reason: UNTAGGED };
    if (!isMeant(instance, target)) return { answer: "accepted" };
    return freeingOf(await call(caller, "DELETE", path, signal, instance.uid));
  }

  async function find(subject: Subject, signal: AbortSignal): Promise<Finds> {
    const { items, isComplete } =
      findable === "named"
        ? await findByName(subject, signal)
        : await callForAll(caller, accountOf(subject.scope), `${tag}:${subject.id}`, signal);
    if (!isComplete) return { answer: "cannot-tell", reason: "the listing is not complete" };
    // Of two that one create call came to, the second may not be listed yet.
    if (isYoung(subject)) return { answer: "cannot-tell", reason: YOUNG };
    return { answer: "found", externalIds: items.map(({ id }) => id) };
  }

  async function findByName(subject: Subject, signal: AbortSignal) {
    const reply = await call(caller, "GET", pathOf(subject.scope, subject.id), signal);
    if (reply.status !== 200 && reply.status !== 404) throw new Error(sayingOf(reply));
    const items = reply.status === 200 ? [reply.body as Instance] : [];
    return { items: items.filter((it) => isMeant(it, subject)), isComplete: true };
  }

  async function list(scope: string | undefined, signal: AbortSignal): Promise<Listing> {
    const { items, isComplete } = await callForAll(caller, accountOf(scope), tag, signal);
    const things = items.map(({ id, tags }) => ({ id: tags[tag] as string, externalId: id }));
    return { answer: "listed", things, isComplete };
  }

  return {
    name: "fake-cloud",
    findable,
    identity,
    sees: orCannotTell(sees),
    look: orCannotTell(look),
    free: orCannotTell(free),
    list: orCannotTell(list),
    ...(findable === "no" ? {} : { find: orCannotTell(find) }),
  };
}

interface CannotTell {
  readonly answer: "cannot-tell";
  readonly reason: string;
}

const unclear = (reply: Reply): CannotTell => ({ answer: "cannot-tell", reason: sayingOf(reply) });

/** 404 and 412 say that what is meant is not there: freed is what it is. */
function freeingOf(reply: Reply): Freeing {
  const { status, retryAfter } = reply;
  if (status < 300 || status === 404 || status === 412) return { answer: "accepted" };
  const reason = sayingOf(reply);
  if (status === 403) return { answer: "denied", reason };
  if (status !== 429 && status !== 503) return unclear(reply);
  const after = retryAfter === null ? {} : { afterSeconds: Number(retryAfter) };
  return { answer: "later", reason, ...after };
}

/** What does not come, or not to its end, tells nothing. */
const orCannotTell =
  <About, Told>(ask: (about: About, signal: AbortSignal) => Promise<Told>) =>
  async (about: About, signal: AbortSignal): Promise<Told | CannotTell> => {
    try {
      return await ask(about, signal);
    } catch (error) {
      const { message, cause } = error as Error;
      const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
      return { answer: "cannot-tell", reason };
    }
  };
