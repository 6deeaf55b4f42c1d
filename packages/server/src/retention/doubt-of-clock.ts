/** Why nothing is pruned; `since` nobody has. */
export const doubtOfClock = (since: number): string =>
  `nothing is pruned: by the clock, nobody has pruned since ${new Date(since).toISOString()}. Is the clock ahead? Set it right; if it is right, \`drett-server gc DIRECTORY --clock-is-right\` goes on`;
