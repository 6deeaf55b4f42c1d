/** What one of the imitated clouds has. */
export interface Cloud {
  /** By external id. */
  readonly things: { [externalId: string]: Thing };
  /** It cannot be reached. */
  isDark?: boolean;
  /** It answers nobody. */
  isStalled?: boolean;
}

export interface Thing {
  /** The drett id that it carries. */
  readonly id: string;
  /** In the words of its cloud. */
  state?: string;
  readonly isProtected?: boolean;
  /** It does not go when it is asked for the first time. */
  isBusy?: boolean;
}

/** What a command line tool prints, and exits with. */
export interface Said {
  readonly out?: string;
  readonly err?: string;
  readonly code?: number;
}

/** The tool, with its arguments behind its name as one text. */
export type Imitation = (
  line: string,
  cloud: Cloud,
  environment: Readonly<Record<string, string | undefined>>,
) => Said;

export const failed = (err: string, code = 1): Said => ({ err: `${err}\n`, code });

export const lines = (all: readonly string[]): Said => ({ out: all.map((line) => `${line}\n`).join("") });
