import { type Listened, pause } from "@drett/core";
import { Loop } from "./loop.ts";

export interface ListenLoopOptions {
  readonly listen: () => Promise<Listened>;
  readonly onListened: (listened: Listened) => void;
  readonly onError: (error: unknown) => void;
}

const AFTER_ERROR_MS = 1_000;

/** Listens to the sessions again and again, after each pause that the engine tells. */
export const listenLoop = (options: ListenLoopOptions): Loop =>
  new Loop(async (signal) => {
    while (!signal.aborted) await pause(await listenOnce(options), signal);
  });

async function listenOnce({ listen, onListened, onError }: ListenLoopOptions): Promise<number> {
  try {
    const listened = await listen();
    onListened(listened);
    return listened.pauseMs;
  } catch (error) {
    onError(error);
    return AFTER_ERROR_MS;
  }
}
