import { freshName, Mongod } from "../../packages/store-mongo/test/support/mongod.ts";
import { noProgram } from "../../packages/store-mongo/test/support/program.ts";
import { type Database, TIMEOUTS } from "./database.ts";

/** Why it cannot run here, if it cannot. */
export const noMongo: string | undefined = noProgram;

export async function startMongo(replicaSet: boolean): Promise<Database> {
  const mongod = await Mongod.start({ replicaSet });
  return {
    name: replicaSet ? "a MongoDB replica set of one" : "a MongoDB that stands alone",
    address: { host: "127.0.0.1", port: mongod.port },
    // A column that neither a load nor the feed asks for.
    inCommits: "state\0",
    fresh: async () => freshName(),
    // Direct, since the members of a replica set would else be reached past the proxy.
    configuration: (port, name) => ({
      "config.yaml": "store: {use: mongo, config: mongo.yaml}\n",
      "mongo.yaml": [
        `connection_string: mongodb://127.0.0.1:${port}/${name}?directConnection=true`,
        `connect_timeout: ${TIMEOUTS.connect}`,
        `timeout: ${TIMEOUTS.statement}\n`,
      ].join("\n"),
    }),
    halt: () => mongod.kill(),
    async resume() {
      await mongod.launch();
      await mongod.writable();
    },
    [Symbol.asyncDispose]: () => mongod[Symbol.asyncDispose](),
  };
}
