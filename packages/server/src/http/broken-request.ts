import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { problem, REFUSALS, type RefusalCode, refuse } from "@drett/core";

const REFUSED_BY_NODE: { readonly [code: string]: RefusalCode } = {
  ERR_HTTP_REQUEST_TIMEOUT: "request-timeout",
  HPE_HEADER_OVERFLOW: "header-too-large",
};

/** The answer that is next on this connection, to a request that has begun. Node has no public name for it. */
export const answerOn = (socket: Socket) => (socket as { _httpMessage?: ServerResponse })._httpMessage;

/** What is not HTTP never becomes a request: it is answered on the bare socket, if anybody still listens. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const underWay = answerOn(socket);
  if (underWay?.req.complete) {
    // Written now, it would be read as the answer to what came before, which is told its own outcome.
    underWay.once("finish", () => socket.end());
    return;
  }
  const refused = REFUSED_BY_NODE[error.code ?? ""] ?? "malformed-request";
  const document = problem(refuse(refused, "The request could not be read."));
  const body = JSON.stringify(document);
  const head = [
    `HTTP/1.1 ${REFUSALS[refused][0]} ${document.title}`,
    "Content-Type: application/problem+json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
