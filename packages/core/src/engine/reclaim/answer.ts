import { LIMITS } from "../../domain/shapes.ts";
import { wordsOf } from "./serving.ts";

interface CannotTell {
  readonly answer: "cannot-tell";
  readonly reason: string;
}

/** Only what a provider says in so many words counts: whatever else it answers, nobody can tell what it means. */
export function meant<Answer extends { readonly answer: string }>(
  given: Answer | undefined,
  ...answers: readonly Answer["answer"][]
): Answer | CannotTell {
  const { answer, reason } = (given ?? {}) as { answer?: Answer["answer"]; reason?: unknown };
  const isClear = given && answer !== undefined && answers.includes(answer) && areIds(given);
  if (isClear) return reason === undefined ? given : { ...given, reason: wordsOf(reason) };
  return {
    answer: "cannot-tell",
    reason: answer === "cannot-tell" ? wordsOf(reason ?? "") : "it answered what means nothing",
  };
}

/** What is no external id cannot be recorded. */
const areIds = (given: object): boolean =>
  !("externalIds" in given) || (Array.isArray(given.externalIds) && given.externalIds.every(isId));

const isId = (id: unknown) => typeof id === "string" && id.length > 0 && id.length <= LIMITS.textCharacters;
