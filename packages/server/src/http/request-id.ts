import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** What proxies and tracers send, and nothing that would do harm in a log or a header. */
const FORM = /^[\w.:/+=-]{1,128}$/;

/** The id that a request brings in `x-request-id`, or else a new one, which is not that of another run either. */
export function requestIds(): (request: IncomingMessage) => string {
  const run = randomBytes(6).toString("hex");
  let count = 0;
  return ({ headers }) => {
    const given = headers["x-request-id"];
    return typeof given === "string" && FORM.test(given) ? given : `${run}-${(++count).toString(36)}`;
  };
}
