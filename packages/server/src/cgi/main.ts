import { isRefusal, refuse, StoreUnavailable } from "@drett/core";
import { ConfigRefused } from "../config/config-refused.ts";
import { readConfig } from "../config/read-config.ts";
import { openService, type Service } from "../service.ts";
import { type Answer, refused, writeAnswer } from "./answer.ts";
import { errorLog, explain, tell } from "./error-log.ts";
import { readBody } from "./read-body.ts";
import { type CgiEnvironment, type CgiRequest, isCgi, readRequest } from "./read-request.ts";

const USAGE = `drett-cgi DIRECTORY answers one request for a web server, by the configuration in the directory.
The web server starts it and says in its environment what is asked (CGI, RFC 3875); that is not so here.
docs/cgi.md tells how to set it up. What you start by hand is drett-server.`;

/** The `drett-cgi` command. */
export async function main(args: readonly string[], env: CgiEnvironment): Promise<void> {
  if (!isCgi(env)) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  // A client that has gone hears no answer; what was recorded stays recorded.
  process.stdout.on("error", () => {});
  const request = readRequest(env);
  if (isRefusal(request)) say(refused(request), { method: env.REQUEST_METHOD ?? "", base: "" });
  else await serve(request, args, env);
}

async function serve(request: CgiRequest, args: readonly string[], env: CgiEnvironment): Promise<void> {
  const { method, url, headers, user } = request;
  let service: Service | undefined;
  try {
    const config = await readConfig(onlyOne(args), env);
    const body = await readBody(request, () => process.stdin, 1_000 * config.request_timeout);
    if (isRefusal(body)) return say(refused(body), request);
    const actor = user === undefined ? {} : { actor: `user ${user}` };
    service = await openService(config, { role: "guest", logger: () => errorLog, ...actor });
    const response = await service.http.app.inject({ method: method as "POST", url, headers, payload: body });
    say({ status: response.statusCode, headers: response.headers, body: response.rawPayload }, request);
  } catch (error) {
    tell(explain(error));
    say(refused(refusalOf(error)), request);
  }
  await service?.close().catch((error: unknown) => tell(explain(error)));
}

const say = (answer: Answer, request: Pick<CgiRequest, "method" | "base">): void =>
  void process.stdout.write(writeAnswer(answer, request));

function onlyOne([directory, ...others]: readonly string[]): string {
  if (directory !== undefined && others.length === 0) return directory;
  throw new ConfigRefused(
    "the directory of the configuration must be the only argument; docs/cgi.md shows it",
  );
}

/** What is wrong inside is for the error log: whoever asks could be anybody. */
const refusalOf = (error: unknown) =>
  error instanceof StoreUnavailable
    ? refuse("store-unavailable", "The store cannot be opened.")
    : refuse("internal-error", "drett is not set up here: the web server's error log says why.");
