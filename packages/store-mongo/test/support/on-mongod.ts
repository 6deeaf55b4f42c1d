import { after, before } from "node:test";
import { freshName, Mongod, type MongodOptions } from "./mongod.ts";

/** A server for the tests of a `describe`, and settings for a fresh database in it. */
export function onMongod(options: MongodOptions = {}) {
  let mongod: Mongod | undefined;
  before(async () => {
    mongod = await Mongod.start(options);
  });
  after(() => mongod?.[Symbol.asyncDispose]());
  const server = () => mongod as Mongod;
  return { server, fresh: () => ({ host: "127.0.0.1", port: server().port, db: freshName() }) };
}
