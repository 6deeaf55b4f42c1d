import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ownZone, type Zone, zoneNamed } from "../../src/import-old/zone.ts";

const zone = (name: string) => zoneNamed(name) as Zone;
const read = (name: string, local: string) =>
  zone(name)
    .momentsOf(Date.parse(`${local}Z`))
    .map((moment) => new Date(moment).toISOString().replace(".000", ""));

describe("a local time is read", () => {
  for (const [name, local, ...moments] of [
    ["UTC", "2014-07-01T12:00:00", "2014-07-01T12:00:00Z"],
    ["Europe/Budapest", "2014-01-15T12:00:00", "2014-01-15T11:00:00Z"],
    ["Europe/Budapest", "2014-07-15T12:00:00", "2014-07-15T10:00:00Z"],
    ["America/New_York", "2014-07-15T20:00:00", "2014-07-16T00:00:00Z"],
    ["Asia/Kolkata", "2014-07-15T00:00:00", "2014-07-14T18:30:00Z"],
    ["Australia/Lord_Howe", "2014-01-15T12:00:00", "2014-01-15T01:00:00Z"],
    // Set forward, 02:00 to 03:00: the last second before, what no clock showed, the first after.
    ["Europe/Budapest", "2014-03-30T01:59:59", "2014-03-30T00:59:59Z"],
    ["Europe/Budapest", "2014-03-30T02:00:00", "2014-03-30T01:00:00Z"],
    ["Europe/Budapest", "2014-03-30T02:30:00", "2014-03-30T01:30:00Z"],
    ["Europe/Budapest", "2014-03-30T03:00:00", "2014-03-30T01:00:00Z"],
    ["America/New_York", "2014-03-09T02:30:00", "2014-03-09T07:30:00Z"],
    // Set back, 03:00 to 02:00: every time between was shown twice.
    ["Europe/Budapest", "2014-10-26T01:59:59", "2014-10-25T23:59:59Z"],
    ["Europe/Budapest", "2014-10-26T02:00:00", "2014-10-26T00:00:00Z", "2014-10-26T01:00:00Z"],
    ["Europe/Budapest", "2014-10-26T02:59:59", "2014-10-26T00:59:59Z", "2014-10-26T01:59:59Z"],
    ["Europe/Budapest", "2014-10-26T03:00:00", "2014-10-26T02:00:00Z"],
    ["America/New_York", "2014-11-02T01:30:00", "2014-11-02T05:30:00Z", "2014-11-02T06:30:00Z"],
    ["Australia/Lord_Howe", "2014-04-06T01:45:00", "2014-04-05T14:45:00Z", "2014-04-05T15:15:00Z"],
    // A day that was left out.
    ["Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T22:00:00Z"],
  ] as const) {
    test(`${local} in ${name} is ${moments.join(" or ")}`, () => {
      assert.deepEqual(read(name, local), moments);
    });
  }
});

test("every hour of two years is read as what the zone's clocks show", () => {
  for (const name of ["Europe/Budapest", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca"]) {
    const clock = new Intl.DateTimeFormat("sv", {
      timeZone: name,
      dateStyle: "short",
      timeStyle: "medium",
    });
    for (let moment = Date.UTC(2017); moment < Date.UTC(2019); moment += 3_600_000) {
      const local = Date.parse(`${clock.format(moment).replace(" ", "T")}Z`);
      assert.ok(zone(name).momentsOf(local).includes(moment), `${name} ${new Date(moment).toISOString()}`);
    }
  }
});

test("a name that is none is refused", () => {
  for (const name of ["Europe/Budapst", "", "CEST!", "constructor"]) assert.equal(zoneNamed(name), undefined);
});

test("the machine's own zone is one", () => {
  assert.equal(zoneNamed(ownZone())?.name, ownZone());
});
