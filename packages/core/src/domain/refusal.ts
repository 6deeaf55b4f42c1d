/**
 * Every refusal that drett gives: its HTTP status, what it means, and what to do about it.
 * The codes are part of the contract; `docs/errors.md` is held against this table by a test.
 */
export const REFUSALS = {
  "not-json": [400, "The body is not JSON", "Send one JSON object, or NDJSON to /v1/batch."],
  "invalid-utf8": [400, "The body is not UTF-8", "Encode the body as UTF-8."],
  "duplicate-key": [
    400,
    "A key stands twice in one object",
    "Send each key once: which of the two counts is anybody's guess.",
  ],
  "forbidden-key": [400, "The key __proto__ is not accepted", "Rename the key."],
  "too-deep": [400, "The JSON is nested too deeply", "Nest at most 32 levels."],
  "invalid-input": [
    400,
    "A field has the wrong type or a value out of range",
    "Correct the field that `detail` names.",
  ],
  "missing-field": [400, "A required field is missing", "Add the field that `detail` names."],
  "unknown-field": [400, "A field is not known here", "Remove it, or use the name that `detail` proposes."],
  "invalid-id": [
    400,
    "An id is outside the alphabet",
    "Use 1 to 63 of a-z, 0-9 and '-', beginning with a letter, not ending with '-'.",
  ],
  "invalid-time": [400, "A time is not acceptable", "Use RFC 3339 with a zone, in the years 2000 to 2099."],
  "invalid-duration": [400, "A duration is not acceptable", "Use whole seconds from 0 to 315360000."],
  "data-too-large": [
    400,
    "`data` is not an object, or is larger than 16 KiB",
    "Send an object and keep only what a person needs to see.",
  ],
  "application-missing": [
    400,
    "Nothing says which application this belongs to",
    "Give `application`, or an `allocation` that has begun.",
  ],
  "until-passed": [
    400,
    "The hold would be over before it begins",
    "Give an `until` that is yet to come, with its zone.",
  ],
  "unknown-command": [
    400,
    "The batch names a command that does not exist",
    "Use one of the commands of docs/api.md.",
  ],
  "invalid-cursor": [400, "The cursor was not made by this store", "Begin again without a cursor."],
  "malformed-request": [400, "The request is not HTTP that can be understood", "Correct the client."],
  "api-key-missing": [
    401,
    "The request carries no API key",
    "Send `Authorization: Bearer` and a key that `drett-server keys add` has made.",
  ],
  "api-key-invalid": [
    401,
    "The API key is not accepted",
    "Use a key that `drett-server keys list` calls live, or have a new one made.",
  ],
  "role-missing": [
    403,
    "The API key does not have the role for this",
    "Use a key that has the role that `detail` names.",
  ],
  "foreign-application": [
    403,
    "The API key is not for this application",
    "Use the key of the application, or one that is for all.",
  ],
  "unknown-route": [404, "There is nothing at this path", "See docs/api.md or /openapi.json for the paths."],
  "unknown-resource": [
    404,
    "No resource has this id",
    "Register the intent first, or send application, owner and type along.",
  ],
  "unknown-allocation": [404, "No allocation has this id", "Begin it first, or send the application along."],
  "unknown-session": [404, "No session has this id", "Open it first, with the same id if you like."],
  "no-match": [
    404,
    "No resource fits these attributes",
    "Check owner, type, external id and scope, or free it by its drett id.",
  ],
  "unknown-freeze": [404, "There is no freeze of this id", "See GET /v1/freezes for their ids."],
  "unknown-plan": [404, "There is no plan of this id", "See GET /v1/plans for their ids."],
  "unknown-hold": [404, "The resource has no hold of this id", "See the resource's `holds` for their ids."],
  "method-not-allowed": [
    405,
    "The path does not take this method",
    "Use one of the methods in the Allow header.",
  ],
  "request-timeout": [408, "The request did not arrive in time", "Send it again, faster."],
  "id-used": [409, "The id belongs to another registration", "Choose a new id; an id is used once."],
  "ambiguous-match": [
    409,
    "Several live resources fit these attributes",
    "Free it by its drett id, or add the scope.",
  ],
  "changed-since": [
    409,
    "The record is not what you saw any more",
    "Look at it again, and at the provider; then decide on its new `version`.",
  ],
  "plan-differs": [
    409,
    "The plan is not the list that you say",
    "Look at it again, and send its count and its hash.",
  ],
  held: [409, "Somebody holds it", "Ask whoever holds it; once the hold is lifted, decide again."],
  "not-in-this-state": [
    409,
    "The state of the resource forbids this decision",
    "Do what `detail` says; where it is so already, there is nothing left to do.",
  ],
  "too-many-facts": [
    409,
    "The record has as many facts as one record may have",
    "Report less often, and without data; that it exists or is gone is still accepted.",
  ],
  "session-closed": [409, "The session was closed", "Open a new one; an id is used once."],
  pruned: [
    410,
    "The record was closed long ago, and is kept no more",
    "Nothing is left to do where this is told again; for something new, choose a new id.",
  ],
  "cursor-expired": [
    410,
    "The feed no longer reaches back to this cursor",
    "List the records afresh, then read on from a new cursor.",
  ],
  "body-too-large": [413, "The body is larger than 8 MiB", "Split it."],
  "too-many-commands": [413, "A batch holds more than 10,000 commands", "Split it."],
  "unsupported-media-type": [415, "The body is not declared as JSON", "Send Content-Type: application/json."],
  "wrong-host": [
    421,
    "The Host header names another machine",
    "Call the server by the name that it listens on, or add the name to DRETT_HOSTS.",
  ],
  "quota-reached": [
    429,
    "The application has as much as it may have",
    "Release what is no longer needed, or have its quota raised; a retry helps only then.",
  ],
  "rate-limited": [
    429,
    "There are more requests than are let through",
    "Wait as long as Retry-After says; send many commands as one batch.",
  ],
  "header-too-large": [431, "The request's headers are too large", "Send fewer or shorter headers."],
  "internal-error": [500, "drett made a mistake", "Report it, with the time and the request id."],
  "record-unreadable": [
    500,
    "A stored record cannot be read",
    "Restore the record from a backup; the others are not affected.",
  ],
  "no-sessions": [
    501,
    "This process keeps no sessions: it serves one request",
    "Work without a session, or speak to a drett-server.",
  ],
  "store-unavailable": [
    503,
    "The store cannot be reached or cannot write",
    "Try again later; the server's log says what is wrong.",
  ],
  "store-contended": [503, "The record was changed by others again and again", "Try again."],
  "queue-full": [
    503,
    "More commands are waiting than drett will hold",
    "Try again later, or send fewer at once.",
  ],
  "shutting-down": [503, "The server is stopping", "Try again later."],
} as const satisfies Record<string, readonly [status: number, title: string, remedy: string]>;

export type RefusalCode = keyof typeof REFUSALS;

/** A definite no: nothing was recorded. `more` travels as extra members of the problem document. */
export interface Refusal {
  readonly refused: RefusalCode;
  readonly detail: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

export function refuse(code: RefusalCode, detail: string, more?: Refusal["more"]): Refusal {
  return more === undefined ? { refused: code, detail } : { refused: code, detail, more };
}

/** The RFC 9457 document that says it on the wire. */
export function problem({ refused, detail, more }: Refusal) {
  const [status, title, remedy] = REFUSALS[refused];
  return {
    type: `https://drett.dev/errors#${refused}`,
    title,
    status,
    code: refused,
    detail,
    remedy,
    ...more,
  };
}
