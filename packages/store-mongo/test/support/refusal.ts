import assert from "node:assert/strict";
import { StoreUnavailable } from "@drett/core";

/** For `assert.rejects`: a definite error that says what to do. */
export const refusal = (message: RegExp, remedy: RegExp) => (error: unknown) => {
  assert.ok(error instanceof StoreUnavailable, String(error));
  assert.match(error.message, message);
  assert.match(error.remedy, remedy);
  return true;
};
