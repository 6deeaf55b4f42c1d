import { Type } from "typebox";
import { formatInstant } from "../domain/instant.ts";
import { Instant, Shape, Text } from "../domain/shapes.ts";
import { CAP, countNow } from "./findings-count.ts";
import { read } from "./read.ts";
import { FindingKindName } from "./views/finding.ts";
import { CostView } from "./views/resource.ts";

const Named = Shape({ name: Text, count: Type.Integer() });

export const summarizeFindings = read({
  name: "summarize-findings",
  summary: "How much is wrong: by kind, application, owner and type, since when, and what it costs.",
  route: "GET /v1/findings/summary",
  role: "read",
  input: Shape({}),
  reply: Shape({
    count: Type.Integer({ description: `up to ${CAP} counted now; beyond, as of \`asOf\`` }),
    capped: Type.Boolean({ description: "there are more than were counted; the worst were" }),
    oldest: Type.Union([Instant, Type.Null()]),
    byKind: Type.Array(Shape({ kind: FindingKindName, count: Type.Integer(), oldest: Instant })),
    byApplication: Type.Array(Named),
    byOwner: Type.Array(Named),
    byType: Type.Array(Named),
    costs: Type.Array(CostView, { description: "one for each currency; never summed across them" }),
    unpriced: Type.Integer({ description: "resources of which no price is known" }),
    asOf: { ...Instant, description: "when it was counted" },
    now: Instant,
  }),
  refusals: [],

  async answer(_input, { store, now, count }) {
    const { asOf, ...counted } = count?.of(store) ?? (await countNow(store, now));
    return { reply: { ...counted, asOf: formatInstant(asOf), now: formatInstant(now) } };
  },
});
