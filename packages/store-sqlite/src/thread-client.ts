import { Worker } from "node:worker_threads";
import { StoreUnavailable } from "@drett/core";
import type { Client, InputOf } from "./client.ts";
import type { OperationName, Operations, OperatorOptions } from "./operator.ts";
import type { Response } from "./thread.ts";

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/** A thread with a connection of its own, which does one thing after the other. */
export class ThreadClient implements Client {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  #ended: Error | undefined;

  constructor(options: OperatorOptions) {
    this.#worker = new Worker(new URL("./thread-entry.js", import.meta.url), {
      workerData: options,
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
    this.#worker.on("message", (response: Response) => this.#settle(response));
    this.#worker.on("error", (error) => this.#end(error));
    this.#worker.on("exit", () => this.#end(new Error("it has ended")));
  }

  ask<Name extends OperationName>(
    operation: Name,
    ...input: InputOf<Name>
  ): Promise<ReturnType<Operations[Name]>> {
    return this.#send(operation, input);
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    await this.#send<void>("close", []);
    await this.#worker.terminate();
  }

  #send<Answer>(operation: OperationName | "close", input: unknown[]): Promise<Answer> {
    if (this.#ended) return Promise.reject(unavailable(this.#ended));
    return new Promise<Answer>((resolve, reject) => {
      const number = ++this.#last;
      this.#waiting.set(number, { resolve, reject });
      this.#worker.postMessage([number, operation, ...input]);
    });
  }

  #settle([number, trouble, answer]: Response): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (trouble) waiting?.reject(new StoreUnavailable(trouble.message, trouble.remedy));
    else waiting?.resolve(answer as never);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(unavailable(error));
    this.#waiting.clear();
  }
}

const unavailable = (cause: Error) =>
  new StoreUnavailable(`a thread of the store is gone: ${cause.message}`, "Restart the server.", { cause });
