import { Refused, ReportLost } from "./errors.ts";
import { present } from "./present.ts";
import type { CallOptions, Reporter } from "./reporter.ts";
import type { ReportAllocated, ReportFreed } from "./wire.ts";

type Data = ReportAllocated["data"];
type Note =
  | { readonly name: "report-allocated"; said: ReportAllocated & { id: string }; isWithoutData?: true }
  | { readonly name: "report-freed"; said: ReportFreed & { id: string } };

/** The notes after the fact, of one resource: each is kept, with the time that it bears, until drett has it. */
export class Notes {
  readonly #reporter: Reporter;
  readonly #id: string;
  #unheard: Note[] = [];

  constructor(reporter: Reporter, id: string) {
    this.#reporter = reporter;
    this.#id = id;
  }

  addAllocated(externalId: string, data: Data): void {
    const isKnown = ({ name, said }: Note) => name === "report-allocated" && said.externalId === externalId;
    if (this.#unheard.some(isKnown)) return;
    const said = present({ id: this.#id, externalId, data: readable(data) });
    this.#unheard.push({ name: "report-allocated", said: this.#reporter.stamp(said) });
  }

  addFreed(externalId: string | undefined): void {
    const said = this.#reporter.stamp(present({ id: this.#id, externalId }));
    this.#unheard.push({ name: "report-freed", said });
  }

  /** Tells what is unheard, all in one tick. */
  async tell(options?: CallOptions): Promise<PromiseSettledResult<ReportLost | undefined>[]> {
    return Promise.allSettled(this.#unheard.map((note) => this.#tell(note, options)));
  }

  /** @throws ReportLost for the first that drett did not take */
  async deliver(options?: CallOptions): Promise<void> {
    for (const told of await this.tell(options)) if (told.status === "rejected") throw told.reason;
  }

  async #tell(note: Note, options?: CallOptions): Promise<undefined> {
    try {
      await this.#reporter.say(note.name, note.said, options);
      this.#forget(note);
    } catch (cause) {
      if (cause instanceof Refused && leaveDataOut(note, cause)) return this.#tell(note, options);
      // What was refused for good would be refused again.
      if (cause instanceof Refused && cause.status < 500) this.#forget(note);
      // Closed and pruned long ago: nobody needs to hear once more that it is gone.
      if (note.name === "report-freed" && cause instanceof Refused && cause.code === "pruned")
        return undefined;
      const report = note.name === "report-freed" ? "freed" : "allocated";
      throw new ReportLost(report, note.said, { cause });
    }
  }

  #forget(note: Note): void {
    this.#unheard = this.#unheard.filter((unheard) => unheard !== note);
  }
}

/** Data is only there to be looked at: it must not cost the note that the thing exists. */
function leaveDataOut(note: Note, { status, detail }: Refused): boolean {
  if (note.name !== "report-allocated" || !note.said.data || note.isWithoutData) return false;
  if (status !== 400 && status !== 413) return false;
  note.isWithoutData = true;
  note.said = { ...note.said, data: { leftOut: detail } };
  return true;
}

function readable(data: Data): Data {
  try {
    JSON.stringify(data);
    return data;
  } catch (error) {
    return { leftOut: `it is no JSON: ${String(error).slice(0, 200)}` };
  }
}
