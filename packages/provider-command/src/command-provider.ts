import type { Provider, Target } from "@drett/core";
import { finding, freeing, listing, looking, seeing } from "./answers.ts";
import { Calls } from "./calls.ts";
import { type About, fill, fillAll } from "./placeholders.ts";
import type { Programs } from "./programs.ts";
import type { CommandSettings } from "./settings.ts";

/** The settings must have been checked. */
export function commandProvider(settings: CommandSettings, programs: Programs): Provider {
  const calls = new Calls(settings);
  const { free, look, find, list, sees } = programs;
  const { identity, account, external_id_prefix: prefix = "" } = settings;
  const meant = meaning(prefix);
  return {
    name: `command:${free.name}`,
    findable: settings.findable ?? (find === undefined ? "no" : "searched"),
    identity,

    async sees(scope, signal) {
      if (sees === undefined) return cannotTell("the setting `sees` names no program");
      const about = inScope(scope);
      return calls.answer({ operation: "sees", program: sees, about, signal }, (answered) =>
        seeing(answered, account && fill(account, about)),
      );
    },

    free: async (target, signal) =>
      meant(target) ?? calls.answer({ operation: "free", program: free, about: target, signal }, freeing),

    ...(look && {
      look: async (target: Target, signal: AbortSignal) =>
        meant(target) ??
        calls.answer({ operation: "look", program: look, about: target, signal }, (answered) =>
          looking(answered, linesFor(settings, target)),
        ),
    }),

    ...(find && {
      find: (subject, signal) =>
        calls.answer({ operation: "find", program: find, about: subject, signal }, (answered) =>
          finding(answered, prefix),
        ),
    }),

    ...(list && {
      list: (scope, signal) =>
        calls.answer({ operation: "list", program: list, about: inScope(scope), signal }, (answered) =>
          listing(answered, settings.list_begins_with, prefix),
        ),
    }),

    close: () => calls.close(),
  };
}

const cannotTell = (reason: string) => ({ answer: "cannot-tell", reason }) as const;

const inScope = (scope: string | undefined): About => (scope === undefined ? {} : { scope });

/** Of an id that cannot be one, nothing is asked. */
const meaning = (prefix: string) => (target: Target) =>
  target.externalId.startsWith(prefix)
    ? undefined
    : cannotTell(`its external id does not begin with ${prefix}, as external_id_prefix says`);

const linesFor = ({ present_lines, gone_lines = [], gone_if_empty }: CommandSettings, target: Target) => ({
  present: present_lines && fillAll(present_lines, target),
  gone: fillAll(gone_lines, target),
  isGoneIfEmpty: gone_if_empty,
});
