/**
 * npm run bench [-- --json] [-- --seconds N] [-- --rounds N]   drett against etcd, in turn within one run
 * npm run bench -- growth [--huge]                             rates and pages as the store grows
 * npm run bench -- mongo                                       drett on MongoDB against plain inserts, and its growth
 * npm run bench -- postgres [--largest N]                      drett on PostgreSQL against pgbench, and its growth
 * npm run bench -- findings                                    lists, summary and metrics among many findings
 * npm run bench -- reclaim [--store S]                         how long one pass over what is found takes
 * npm run bench -- retention [--store S] [--records N]          what pruning costs intents
 * npm run bench -- sessions [--sessions N] [--seconds N]        what heartbeats cost, and twice as many lapses at once
 * npm run bench -- cgi                                         drett-cgi, and it and the server side by side
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { benchCgi } from "./cgi.ts";
import { benchFindings } from "./findings.ts";
import { benchGrowth } from "./growth.ts";
import { benchMongo } from "./mongo.ts";
import { benchPostgres } from "./postgres.ts";
import { benchReclaim } from "./reclaim.ts";
import { benchRetention } from "./retention.ts";
import { benchSessions } from "./sessions.ts";
import { benchWrites } from "./writes.ts";

if (spawnSync("wrk", ["--version"]).error) {
  console.error("The benchmark drives its load with wrk (Debian: apt-get install wrk etcd-server).");
  process.exit(1);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    huge: { type: "boolean", default: false },
    records: { type: "string", default: "1000000" },
    store: { type: "string", default: "sqlite" },
    sessions: { type: "string", default: "50000" },
    largest: { type: "string", default: "1000000" },
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "3" },
  },
});

/** Prints each figure as it comes: an object a line, or a row for people. */
const print = (row: Record<string, string | number>) => {
  if (values.json) console.log(JSON.stringify(row));
  else
    console.log(
      Object.entries(row)
        .map(([name, value]) => `${name} ${rounded(value)}`)
        .join("   "),
    );
};
const rounded = (value: string | number) =>
  typeof value === "number" ? Number(value.toPrecision(4)) : value;

const options = { seconds: Number(values.seconds), rounds: Number(values.rounds), print };
if (positionals[0] === "mongo") await benchMongo(options);
else if (positionals[0] === "postgres") await benchPostgres({ ...options, largest: Number(values.largest) });
else if (positionals[0] === "findings") await benchFindings(options);
else if (positionals[0] === "reclaim") await benchReclaim({ ...options, store: values.store });
else if (positionals[0] === "retention")
  await benchRetention({ ...options, records: Number(values.records), store: values.store });
else if (positionals[0] === "sessions") await benchSessions(Number(values.sessions), options);
else if (positionals[0] === "cgi") await benchCgi(options);
else if (positionals[0] === "growth") await benchGrowth({ ...options, huge: values.huge });
else await benchWrites(options);
