import { StoreUnavailable } from "@drett/core";
import type { Client, InputOf } from "./client.ts";
import { type OperationName, type Operations, Operator, type OperatorOptions } from "./operator.ts";

/** Does at once, in whose thread it is asked, what a thread of its own would do: for one who comes, asks and goes. */
export class InlineClient implements Client {
  readonly #operator: Operator;

  constructor(options: OperatorOptions) {
    this.#operator = new Operator(options);
  }

  async ask<Name extends OperationName>(
    operation: Name,
    ...input: InputOf<Name>
  ): Promise<ReturnType<Operations[Name]>> {
    const [trouble, answer] = this.#operator.run(operation, input);
    if (trouble) throw new StoreUnavailable(trouble.message, trouble.remedy);
    return answer as ReturnType<Operations[Name]>;
  }

  async close(): Promise<void> {
    this.#operator.close();
  }
}
