import { parentPort, workerData } from "node:worker_threads";
import { type OperationName, Operator, type OperatorOptions, type Outcome } from "./operator.ts";

export type Request = [number: number, operation: OperationName | "close", ...input: unknown[]];
export type Response = [number: number, ...outcome: Outcome];

const operator = new Operator(workerData as OperatorOptions);

parentPort?.on("message", ([number, operation, ...input]: Request) => {
  const answer = (...outcome: Outcome) => parentPort?.postMessage([number, ...outcome] satisfies Response);
  if (operation === "close") {
    operator.close();
    answer(null);
    parentPort?.close();
  } else answer(...operator.run(operation, input));
});
