import { after, before } from "node:test";
import { AnyServer } from "./any-server.ts";
import type { MongodOptions } from "./mongod.ts";

/** A server for the tests of a `describe`, and settings for a fresh database in it. */
export function onMongod(options: MongodOptions = {}) {
  let running: AnyServer | undefined;
  before(async () => {
    running = await AnyServer.start(options);
  });
  after(() => running?.[Symbol.asyncDispose]());
  const server = () => running as AnyServer;
  return { server, fresh: () => server().fresh() };
}
