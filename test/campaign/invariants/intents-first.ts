import { eventsIn, type Invariant, idOf } from "../evidence.ts";

export const intentsFirst: Invariant = {
  holds: "every create was preceded by its acknowledged intent, which is recorded",
  faultsIn(evidence) {
    const acknowledged = new Map<string, number>();
    for (const { notes } of evidence.engines) {
      for (const note of notes) {
        if (note.what !== "intended") continue;
        acknowledged.set(note.id, Math.min(note.at, acknowledged.get(note.id) ?? note.at));
      }
    }
    const created = eventsIn(evidence, "created").flatMap((event) => {
      const id = idOf(event);
      const at = acknowledged.get(id);
      if (at === undefined) return [`resource ${id}: ${event.id} was created without an acknowledged intent`];
      return at > event.at
        ? [`resource ${id}: ${event.id} was created ${at - event.at} ms before its intent`]
        : [];
    });
    const isRecorded = (id: string) =>
      evidence.resources.get(id)?.facts.some(({ kind }) => kind === "intent") === true;
    const lost = [...acknowledged.keys()].filter((id) => !isRecorded(id));
    return [
      ...created,
      ...lost.map((id) => `resource ${id}: its intent was acknowledged, and is not recorded`),
    ];
  },
};
