import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { Subject as Description, Provider, Target } from "@drett/core";
import { until } from "./answers.ts";

/**
 * A provider, and what a test needs to do past it. What is optional here, a provider may have no use for: leave the
 * tests that need it out by a deviation, and say why.
 */
export interface OpenedProvider {
  readonly provider: Provider;
  /** What is said of every thing: the scope that it is made in, above all. */
  readonly about?: Partial<Omit<Description, "id">>;
  /** Makes a thing that carries this drett id, and answers with its external id. */
  create(id: string): Promise<string>;
  /** Takes it away. */
  remove(externalId: string): Promise<void>;
  /** Whether there is still something of it, told by another way than the provider's. */
  exists(externalId: string): Promise<boolean>;
  /** Makes one that does not go as soon as it is asked to. */
  createStubborn?(id: string): Promise<string>;
  /** Makes one that the provider may not delete. */
  createDenied?(id: string): Promise<string>;
  /** Makes one, takes it away, and lets another one have its name: the former's external id, and the other one's. */
  createReplaced?(id: string): Promise<{ readonly former: string; readonly successor: string }>;
  /** From now on the provider cannot see: what it asks fails, or it lacks the rights. */
  blind?(): Promise<void> | void;
  /** From now on nobody answers what the provider asks, for as long as it waits. */
  stall?(): Promise<void> | void;
  /** Takes away all that is left. The provider is closed by then. */
  dispose?(): Promise<void> | void;
}

export type OpenProvider = () => Promise<OpenedProvider> | OpenedProvider;

type Needed = "createStubborn" | "createDenied" | "createReplaced" | "blind" | "stall";
type Asked = "look" | "find" | "list";

/** What a test works on. */
export interface Subject {
  readonly opened: OpenedProvider;
  readonly provider: Provider;
  readonly scope: string | undefined;
  /** A drett id that nothing has. */
  readonly newId: () => string;
  readonly describe: (id: string) => Description;
  readonly target: (id: string, externalId: string) => Target;
  /** A new thing with a new id. */
  readonly created: () => Promise<Target>;
  /** What only some can do in a test, or a failure that says what to do. */
  readonly need: <Name extends Needed>(name: Name) => NonNullable<OpenedProvider[Name]>;
  /** What only some providers can be asked for. */
  readonly ask: <Name extends Asked>(name: Name) => NonNullable<Provider[Name]>;
  /** Waits, within bounds, until it is so. */
  readonly until: (what: string, isSo: () => Promise<boolean>) => Promise<void>;
  readonly untilGone: (externalId: string) => Promise<void>;
  /** The answer to a call, which must come within the bounds. */
  readonly within: <Answer>(what: string, call: Promise<Answer>) => Promise<Answer>;
}

export interface Suite {
  readonly [test: string]: (subject: Subject) => Promise<void>;
}

export async function withSubject(
  open: OpenProvider,
  patienceMs: number,
  use: (subject: Subject) => Promise<void>,
): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const opened = await open();
  const { provider, about } = opened;
  cleanup.defer(() => opened.dispose?.());
  cleanup.defer(() => provider.close?.());
  // Where things outlive a run that was killed, or are seen by others, no two tests may share an id.
  const newId = () => `t${randomBytes(8).toString("hex")}`;
  const describe = (id: string) => ({
    type: "thing",
    owner: "conformance",
    application: "conformance",
    since: Date.now(),
    ...about,
    id,
  });
  const target = (id: string, externalId: string) => ({ ...describe(id), externalId });
  const bounded = (what: string, isSo: () => Promise<boolean>) => until(what, isSo, patienceMs);
  await use({
    opened,
    provider,
    scope: about?.scope,
    newId,
    describe,
    target,
    async created() {
      const id = newId();
      return target(id, await opened.create(id));
    },
    need: (name) => bound(opened, name, `\`open\` gives no \`${name}\``),
    ask: (name) => bound(provider, name, `the provider has no \`${name}\``),
    until: bounded,
    untilGone: (externalId) =>
      bounded(`${externalId} is gone`, async () => !(await opened.exists(externalId))),
    async within(what, call) {
      const answer = settled(call);
      await bounded(`${what} has ended`, async () => answer.isSettled());
      return await call;
    },
  });
}

function bound<Owner extends object, Name extends keyof Owner>(
  owner: Owner,
  name: Name,
  lacking: string,
): NonNullable<Owner[Name]> {
  const member = owner[name];
  assert.ok(typeof member === "function", `${lacking}: add it, or leave this test out and say why`);
  return member.bind(owner);
}

function settled(call: Promise<unknown>): { isSettled(): boolean } {
  let is = false;
  const settle = () => {
    is = true;
  };
  call.then(settle, settle);
  return { isSettled: () => is };
}
