import { type Delivery, type DeliveryOutcome, type Engine, pause } from "@drett/core";
import { v7 as uuid } from "uuid";
import type { Logger } from "../logging/pino-logger.ts";
import { Loop } from "../loop.ts";
import { FindingsUnread } from "./found.ts";
import type { Target } from "./target.ts";
import { Webhooks } from "./webhooks.ts";

export interface WebhookLoopOptions {
  readonly engine: Engine;
  readonly targets: readonly Target[];
  readonly log: Logger;
  readonly onAttempt: (target: string, outcome: DeliveryOutcome) => void;
  readonly onError: (error: unknown) => void;
}

const AFTER_ERROR_MS = 10_000;

/** Tells the targets again and again what is newly found, after each pause that the turn before tells. */
export function webhookLoop({ engine, targets, log, onAttempt, onError }: WebhookLoopOptions): Loop {
  const webhooks = new Webhooks({
    engine,
    targets,
    newId: uuid,
    onAttempt: (target, delivery) => {
      if (delivery.outcome) onAttempt(target.name, delivery.outcome);
      tell(log, target, delivery);
    },
  });
  return new Loop(async (signal) => {
    while (!signal.aborted) {
      const rest = await webhooks.turn(signal).catch((error: unknown) => {
        if (!signal.aborted && !(error instanceof FindingsUnread)) onError(error);
        return AFTER_ERROR_MS;
      });
      await pause(rest, signal);
    }
  });
}

/** Host and port at the most: the path may be a secret. */
function tell(log: Logger, { name: target, url: { host } }: Target, delivery: Delivery): void {
  const { id: message, findings, attempts, outcome, status, error } = delivery;
  const about = { target, host, message, findings, attempts, status };
  if (outcome === "delivered") log.info(about, "delivered");
  else if (outcome === "gone")
    log.warn(
      about,
      `${target} says that it is gone for good: nothing is sent to it until the server starts anew`,
    );
  else log.warn({ ...about, outcome, reason: error }, `not delivered to ${target}: ${error}`);
}
