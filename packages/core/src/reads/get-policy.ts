import { type Static, Type } from "typebox";
import { formatInstant } from "../domain/instant.ts";
import { MODES, type Policy } from "../domain/policy.ts";
import { OBSTACLES, type Obstacle, outlookOf } from "../domain/reclaim/outlook.ts";
import { refuse } from "../domain/refusal.ts";
import { present } from "../domain/registration.ts";
import { Id, Instant, Shape, Text } from "../domain/shapes.ts";
import { pruned } from "../domain/tombstone.ts";
import { readTombstone } from "../ports/stored-record.ts";
import { read } from "./read.ts";
import { type Found, lookUp } from "./surroundings.ts";

const Texts = Type.Array(Text);

export const PolicyView = Shape({
  name: Id,
  mode: Type.Enum([...MODES]),
  match: Shape({
    application: Type.Optional(Texts),
    module: Type.Optional(Texts),
    owner: Type.Optional(Texts),
    type: Type.Optional(Texts),
    scope: Type.Optional(Texts),
    labels: Type.Optional(Type.Record(Type.String(), Type.String())),
  }),
  settlesNeverCreated: Type.Boolean(),
  graceSeconds: Type.Number(),
  attempts: Shape({
    most: Type.Integer(),
    limitSeconds: Type.Number(),
    firstPauseSeconds: Type.Number(),
    longestPauseSeconds: Type.Number(),
    stuckPauseSeconds: Type.Number(),
  }),
  budget: Shape({ count: Type.Integer(), percent: Type.Number(), windowSeconds: Type.Number() }),
  startFreezeSeconds: Type.Number(),
  settleSeconds: Type.Number(),
});

const ObstacleView = Shape({
  code: Type.Enum([...OBSTACLES]),
  says: Type.String({ description: "one sentence for a person" }),
  until: Type.Optional({ ...Instant, description: "when it is over by itself" }),
});

/** To whom the records of some applications exist, and no others: what stands in the way, and not whose it is. */
const UNNAMED: { readonly [code: string]: string } = {
  children: "Some of its children still live.",
  frozen: "Nothing is freed for now.",
  "session-alive": "The session that it names is alive, or may be.",
};

/** Without what it is for: that may name what belongs to others. */
const OwnPolicyView = Type.Omit(PolicyView, ["match"]);

/** Whoever wrote the policy may have noted more beside it, such as where it stands. */
function viewOwnPolicy(policy: Policy): Static<typeof OwnPolicyView> {
  const { name, mode, settlesNeverCreated, graceSeconds, startFreezeSeconds, settleSeconds } = policy;
  const { attempts, budget } = policy;
  return {
    name,
    mode,
    settlesNeverCreated,
    graceSeconds,
    attempts: { ...attempts },
    budget: { ...budget },
    startFreezeSeconds,
    settleSeconds,
  };
}

export const viewPolicy = (policy: Policy): Static<typeof PolicyView> => ({
  ...viewOwnPolicy(policy),
  match: policy.match as Static<typeof PolicyView>["match"],
});

const MOST_STEPS = 10;

/** When nothing is in the way any more, if nobody does anything: what passes may uncover what comes after it. */
function clearFrom({ resource, surroundings }: Found, obstacles: readonly Obstacle[]): number | undefined {
  let [inTheWay, now] = [obstacles, surroundings.now];
  for (let step = 0; step < MOST_STEPS && inTheWay.length > 0; step += 1) {
    const end = Math.max(...inTheWay.map(({ until = Number.POSITIVE_INFINITY }) => until));
    if (!Number.isFinite(end) || end <= now) return undefined;
    now = end;
    const freezes = surroundings.freezes.filter(({ until = Number.POSITIVE_INFINITY }) => until > end);
    inTheWay = outlookOf(resource, { ...surroundings, freezes, now }).obstacles;
  }
  return inTheWay.length === 0 ? now : undefined;
}

export const getPolicy = read({
  name: "get-policy",
  summary: "What drett would do with a resource, and when; or why it does nothing.",
  route: "GET /v1/resources/{id}/policy",
  role: "read",
  input: Shape({ id: Id }),
  reply: Shape({
    id: Id,
    policy: Type.Optional(OwnPolicyView),
    provider: Type.Optional(Text),
    because: Type.Enum(["policy", "plan", "order"]),
    externalIds: Type.Array(Text, { description: "what would be freed" }),
    frees: Type.Boolean({ description: "nothing is in the way: it is freed by the next pass" }),
    from: Type.Optional({
      ...Instant,
      description: "when, if nobody does anything: where time is all that is in the way",
    }),
    obstacles: Type.Array(ObstacleView),
    now: Instant,
  }),
  refusals: ["unknown-resource", "pruned"],

  async answer({ id }, { store, whole, now, defaults, started }) {
    const seen = (await store.load([{ kind: "resource", id }])).find(({ kind }) => kind === "resource");
    const tombstone = seen && readTombstone(seen);
    if (tombstone) return pruned(tombstone);
    const found = seen && (await lookUp(whole, id, { now, defaults, started }));
    if (!found) return refuse("unknown-resource", `No resource ${id} is registered.`);
    const { policy, provider, because, externalIds, obstacles } = outlookOf(
      found.resource,
      found.surroundings,
    );
    const told = (says: string, code: string) => (store === whole ? says : (UNNAMED[code] ?? says));
    const from = obstacles.length > 0 ? clearFrom(found, obstacles) : undefined;
    const reply = present({
      id,
      policy: policy && viewOwnPolicy(policy),
      provider: provider?.name,
      because,
      externalIds: [...externalIds],
      frees: obstacles.length === 0,
      from: from === undefined ? undefined : formatInstant(from),
      obstacles: obstacles.map(({ code, says, until }) =>
        present({
          code,
          says: told(says, code),
          until: until === undefined ? undefined : formatInstant(until),
        }),
      ),
      now: formatInstant(now),
    });
    return { reply };
  },
});
