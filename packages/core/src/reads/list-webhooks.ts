import { Type } from "typebox";
import { formatInstant } from "../domain/instant.ts";
import { present } from "../domain/registration.ts";
import { Instant, LIMITS, Shape, Text } from "../domain/shapes.ts";
import { bodyOf } from "../ports/factless.ts";
import {
  DELIVERY_OUTCOMES,
  type Delivery,
  type ToldByWebhook,
  WEBHOOK_TAG,
} from "../ports/told-by-webhook.ts";
import { read } from "./read.ts";

const DeliveryView = Shape({
  id: Type.String({ description: "of the message: the same at each attempt, and in `webhook-id`" }),
  at: Instant,
  findings: Type.Integer({ description: "how many it tells of" }),
  attempts: Type.Integer({ description: "that were begun" }),
  outcome: Type.Optional(
    Type.Enum([...DELIVERY_OUTCOMES], { description: "of the last attempt; absent until one has ended" }),
  ),
  status: Type.Optional(Type.Integer({ description: "the HTTP status that was answered" })),
  error: Type.Optional(Text),
  delivered: Type.Optional({ ...Instant, description: "when that was" }),
  next: Type.Optional({ ...Instant, description: "nobody tries before; absent once it is delivered" }),
});

/** Whoever is kept to some applications gets an empty list: a message tells of those of all. */
export const listWebhooks = read({
  name: "list-webhooks",
  summary: "What webhooks have told whom: the targets, each with its last messages, the newest first.",
  route: "GET /v1/webhooks",
  role: "admin",
  input: Shape({}),
  reply: Shape({
    items: Type.Array(
      Shape({
        name: Text,
        host: Type.String({ description: "without the path, which may be a secret" }),
        deliveries: Type.Array(DeliveryView),
      }),
    ),
    now: Instant,
  }),
  refusals: [],

  async answer(_input, { store, now }) {
    const query = { kind: "delivery", tags: [WEBHOOK_TAG], order: "oldest", limit: LIMITS.page } as const;
    const { records } = await store.query(query);
    const items = records.map((record) => viewTarget(bodyOf(record) as ToldByWebhook));
    return { reply: { items, now: formatInstant(now) } };
  },
});

const viewTarget = ({ name, host, deliveries }: ToldByWebhook) => ({
  name,
  host,
  deliveries: deliveries.map(viewDelivery),
});

const viewDelivery = ({ at, delivered, next, ...delivery }: Delivery) =>
  present({
    ...delivery,
    at: formatInstant(at),
    delivered: delivered === undefined ? undefined : formatInstant(delivered),
    next: next === undefined ? undefined : formatInstant(next),
  });
