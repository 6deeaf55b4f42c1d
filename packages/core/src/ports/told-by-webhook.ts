import type { Ms } from "../domain/fact.ts";

/** Carried by the record of each target of webhooks. */
export const WEBHOOK_TAG = "webhook";

/** What came of an attempt. All but `delivered` are tried again; after `gone`, once a server has started anew. */
export const DELIVERY_OUTCOMES = ["delivered", "failed", "redirected", "refused", "gone"] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

/** One message, and how its delivery stands. */
export interface Delivery {
  /** The same at each attempt. */
  readonly id: string;
  readonly at: Ms;
  readonly findings: number;
  readonly attempts: number;
  /** Of the last attempt; absent until one has ended. */
  readonly outcome?: DeliveryOutcome;
  readonly status?: number;
  readonly error?: string;
  /** When that was. */
  readonly delivered?: Ms;
  /** Nobody tries before; absent once it is delivered. */
  readonly next?: Ms;
}

/** What one target was told. */
export interface ToldByWebhook {
  readonly name: string;
  /** Where it is, without what may be secret in its URL. */
  readonly host: string;
  /** The newest first: it alone may still be under way. */
  readonly deliveries: readonly Delivery[];
}
