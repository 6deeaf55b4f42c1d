import { deletesByDrett, type Invariant, idOf, sessionsOf } from "../evidence.ts";
import { SESSION_TTL_MS } from "../kinds.ts";

interface Heard {
  readonly sent: number;
  readonly lost: readonly string[];
}

/** For a whole TTL from when an acknowledged heartbeat was sent, nothing may be touched but what its answer named lost. */
export const aliveUntouched: Invariant = {
  holds: "nothing that had a live session was ever touched",
  faultsIn(evidence) {
    const notes = evidence.engines.flatMap(({ notes }) => notes.filter((note) => note.what === "heard"));
    const heard = Map.groupBy(notes, ({ session }) => session);
    const sessions = sessionsOf(evidence);
    return deletesByDrett(evidence).flatMap((event) => {
      const id = idOf(event);
      const session = sessions.get(id) ?? "";
      const guards = ({ sent, lost }: Heard) =>
        sent <= event.at && event.at < sent + SESSION_TTL_MS && !lost.includes(id);
      const guard = heard.get(session)?.find(guards);
      if (!guard) return [];
      const ms = event.at - guard.sent;
      return [`resource ${id}: ${event.id} was deleted ${ms} ms after a heartbeat of its session ${session}`];
    });
  },
};
