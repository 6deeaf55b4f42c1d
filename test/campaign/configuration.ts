/** What drett may free of the kinds that there are: see `kinds.ts`. */
const POLICIES = `
policies:
  watched: {match: {type: disk}, new: true}
  few:
    match: {type: image}
    new: true
    mode: auto
    grace: 0s
    settle: 1s
    start_freeze: 0s
    never_created: settle
    attempts: {most: 6, limit: 6s, first_pause: 1s, longest_pause: 2s, stuck_pause: 1m}
    budget: {count: 2, percent: 100, window: 10s}
  all:
    match: {type: [vm, port]}
    new: true
    mode: auto
    grace: 0s
    settle: 1s
    start_freeze: 1s
    never_created: settle
    attempts: {most: 6, limit: 6s, first_pause: 1s, longest_pause: 2s, stuck_pause: 1m}
    budget: {count: 100000, percent: 100, window: 10s}
`;

/** The lag is longer than an engine takes to ask twice, and the fake cloud hides what comes of it. */
const providersAt = (cloud: string) => `
providers:
  cloud:
    use: "@drett/fake-cloud"
    types: [vm, port, image, disk]
    settings: {url: "${cloud}", identity: guarded, findable: searched, lag: 2s}
`;

export const configurationOf = (cloud: string) => ({
  "policies.yaml": POLICIES,
  "providers.yaml": providersAt(cloud),
});
