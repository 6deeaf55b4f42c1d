import { METHODS } from "node:http";
import { LIMITS, type Refusal, refuse } from "@drett/core";

/** What the environment of a CGI process says of its one request. */
export interface CgiRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How many bytes its body has; absent where it has none. */
  readonly length: number | undefined;
  /** The path at which the web server has us; it stands before all of ours. */
  readonly base: string;
  /** Whom the web server has authenticated. */
  readonly user: string | undefined;
}

export type CgiEnvironment = Readonly<Record<string, string | undefined>>;

/** As much as Node takes of a request's line and headers. */
const HEAD_LIMIT = 16_384;
const USER_LIMIT = 200;

/** Whether a web server has started us, however badly, and not a person. */
export const isCgi = (env: CgiEnvironment): boolean =>
  [env.GATEWAY_INTERFACE, env.REQUEST_METHOD, env.SERVER_PROTOCOL].some((it) => it !== undefined);

/** Reads it (RFC 3875, section 4.1), or says what is wrong with it. */
export function readRequest(env: CgiEnvironment): CgiRequest | Refusal {
  const [fault] = FAULTS.find(([, isThere]) => isThere(env)) ?? [];
  if (fault !== undefined) return refuse("malformed-request", fault);
  if (headLength(env) > HEAD_LIMIT) {
    return refuse("header-too-large", `The path, the query and the headers exceed ${HEAD_LIMIT} bytes.`);
  }
  const length = env.CONTENT_LENGTH ? Number(env.CONTENT_LENGTH) : undefined;
  if (length !== undefined && length > LIMITS.bodyBytes) {
    return refuse("body-too-large", `CONTENT_LENGTH is ${length}.`);
  }
  const { REQUEST_METHOD: method = "", REMOTE_USER: user } = env;
  return {
    method,
    url: urlOf(method, env),
    headers: headersOf(env),
    length,
    base: encodePath(env.SCRIPT_NAME ?? ""),
    user: user === "" ? undefined : user,
  };
}

type Fault = readonly [detail: string, isThere: (env: CgiEnvironment) => boolean];

const LENGTH = /^\d{1,15}$/;
/** A byte that is no UTF-8 was read as U+FFFD. */
const UNREADABLE = /[\p{Cc}\ufffd]/u;
const isUnreadable = (text = "") => UNREADABLE.test(text);
const isNoPath = (text = "") => (text !== "" && !text.startsWith("/")) || isUnreadable(text);

const FAULTS: readonly Fault[] = [
  ["GATEWAY_INTERFACE is not CGI/1.x.", ({ GATEWAY_INTERFACE: it = "" }) => !/^CGI\/1\.\d{1,3}$/.test(it)],
  ["SERVER_PROTOCOL is not HTTP.", ({ SERVER_PROTOCOL: it = "" }) => !/^HTTP\/\d(\.\d)?$/.test(it)],
  ["REQUEST_METHOD is no method.", ({ REQUEST_METHOD: it = "" }) => !METHODS.includes(it)],
  ["A Proxy header would become HTTP_PROXY, and is not taken.", ({ HTTP_PROXY }) => HTTP_PROXY !== undefined],
  [
    "REDIRECT_STATUS says that this answers an error of another request.",
    ({ REDIRECT_STATUS: it = "200" }) => it !== "200",
  ],
  ["PATH_INFO is no path.", ({ PATH_INFO }) => isNoPath(PATH_INFO)],
  ["SCRIPT_NAME is no path.", ({ SCRIPT_NAME }) => isNoPath(SCRIPT_NAME)],
  ["QUERY_STRING is not encoded.", ({ QUERY_STRING: it = "" }) => /[^\x21-\x7e]|#/.test(it)],
  [
    "There is no Host header.",
    ({ HTTP_HOST = "", SERVER_PROTOCOL }) => HTTP_HOST === "" && SERVER_PROTOCOL !== "HTTP/1.0",
  ],
  ["CONTENT_LENGTH is no length.", ({ CONTENT_LENGTH: it = "" }) => it !== "" && !LENGTH.test(it)],
  [
    "CONTENT_LENGTH and HTTP_CONTENT_LENGTH contradict one another.",
    ({ CONTENT_LENGTH = "", HTTP_CONTENT_LENGTH: other }) => other !== undefined && other !== CONTENT_LENGTH,
  ],
  [
    "CONTENT_TYPE and HTTP_CONTENT_TYPE contradict one another.",
    ({ CONTENT_TYPE = "", HTTP_CONTENT_TYPE: other }) => other !== undefined && other !== CONTENT_TYPE,
  ],
  [
    "The body has no length: send Content-Length, and no Transfer-Encoding.",
    ({ HTTP_TRANSFER_ENCODING }) => HTTP_TRANSFER_ENCODING !== undefined,
  ],
  ["REMOTE_USER is no name.", ({ REMOTE_USER: it = "" }) => isUnreadable(it) || it.length > USER_LIMIT],
  ["A header holds what no header can.", (env) => headerEntries(env).some(([, text]) => /[\r\n]/.test(text))],
];

/** It arrives decoded. Nothing, or the root, is where clients of drett 0.1 send all they say. */
function urlOf(method: string, { PATH_INFO = "", QUERY_STRING = "" }: CgiEnvironment): string {
  const isRoot = PATH_INFO === "" || PATH_INFO === "/";
  const path = isRoot ? (method === "POST" ? "/drett" : "/") : encodePath(PATH_INFO);
  return QUERY_STRING === "" ? path : `${path}?${QUERY_STRING}`;
}

const encodePath = (path: string) => path.split("/").map(encodeURIComponent).join("/");

/** Nothing in here can be mistaken for a setting: a header `DRETT_PORT` arrives as `HTTP_DRETT_PORT`. */
function headersOf(env: CgiEnvironment): Record<string, string> {
  const headers = headerEntries(env).map(([name, text]) => [
    name.slice("HTTP_".length).toLowerCase().replaceAll("_", "-"),
    text,
  ]);
  const { CONTENT_TYPE, CONTENT_LENGTH, HTTP_ACCEPT } = env;
  return {
    ...Object.fromEntries(headers),
    ...(CONTENT_TYPE && { "content-type": CONTENT_TYPE }),
    ...(CONTENT_LENGTH && { "content-length": CONTENT_LENGTH }),
    // A process that serves one request serves no stream: whoever asks for one gets a page of it.
    ...(HTTP_ACCEPT?.includes("text/event-stream") && { accept: "application/json" }),
  };
}

const headerEntries = (env: CgiEnvironment) =>
  Object.entries(env).filter(
    (entry): entry is [string, string] => /^HTTP_[A-Z0-9_]+$/.test(entry[0]) && entry[1] !== undefined,
  );

function headLength(env: CgiEnvironment): number {
  const { PATH_INFO = "", SCRIPT_NAME = "", QUERY_STRING = "", CONTENT_TYPE = "" } = env;
  const texts = [PATH_INFO, SCRIPT_NAME, QUERY_STRING, CONTENT_TYPE, ...headerEntries(env).flat()];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
