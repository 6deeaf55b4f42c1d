import type { NetConnectOpts } from "node:net";

/** One real database, on which several servers run. */
export interface Database extends AsyncDisposable {
  /** What it is, with its version. */
  readonly name: string;
  /** Where it listens. */
  readonly address: NetConnectOpts;
  /** A text that only a request to commit contains. */
  readonly inCommits: string;
  /** An empty database in it, by its name. */
  fresh(): Promise<string>;
  /** The files of a configuration that reaches the database of that name through a port of loopback. */
  configuration(port: number, name: string): { readonly [file: string]: string };
  /** Ends it as if the power had failed. */
  halt(): Promise<void>;
  /** Starts it again on the same data; resolves when it answers. */
  resume(): Promise<void>;
  /** Ends the connections of all servers from its side, where it can do that. */
  endConnections?(): Promise<void>;
}

/** Short, so that a server gives up on what does not come within the time of a test. */
export const TIMEOUTS = { connect: "1s", statement: "2s" };
