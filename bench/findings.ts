import { setTimeout as pause } from "node:timers/promises";
import { openStore } from "@drett/store-sqlite";
import { fill } from "./growth.ts";
import { dataFolder, startDrett } from "./subjects.ts";
import type { BenchOptions } from "./writes.ts";

const RECORDS = 1_000_000;
const FINDINGS = [1_000, 100_000];
const TIMES = 21;

const SUMMARY = "/v1/findings/summary";
const ASKED: { readonly [subject: string]: string } = {
  "first page of 100": "/v1/findings?limit=100",
  "page of 1,000": "/v1/findings?limit=1000",
  "page of 100 of one kind": "/v1/findings?limit=100&kind=overdue-intent",
  "page of 100 of one application": "/v1/findings?limit=100&application=app-0",
  "page of 100 of an owner who has none": "/v1/findings?limit=100&owner=owner-7",
  summary: SUMMARY,
  metrics: "/metrics",
};

/** What a person and a monitor wait for, among a million records of which few or many are findings. */
export async function benchFindings({ print }: BenchOptions): Promise<void> {
  for (const findings of FINDINGS) {
    const folder = dataFolder();
    await fill(await openStore({ directory: folder }), RECORDS, findings);
    const drett = await startDrett(folder);
    try {
      for (const [subject, path] of Object.entries(ASKED)) {
        const { median, longest } = await timesOf(drett.url + path);
        print({
          bench: "findings",
          records: RECORDS,
          findings,
          subject,
          medianMs: median,
          longestMs: longest,
        });
      }
      await untilCounted(drett.url + SUMMARY, findings);
      const { median, longest } = await timesOf(drett.url + SUMMARY);
      print({
        bench: "findings",
        records: RECORDS,
        findings,
        subject: "summary, all counted",
        medianMs: median,
        longestMs: longest,
      });
    } finally {
      await drett.stop();
    }
  }
}

/** The server counts what is many while nobody waits. */
async function untilCounted(url: string, findings: number): Promise<void> {
  for (;;) {
    const { count, capped } = (await (await fetch(url)).json()) as { count: number; capped: boolean };
    if (!capped && count === findings) return;
    if (!capped) throw new Error(`${count} findings instead of ${findings}`);
    await pause(1_000);
  }
}

async function timesOf(url: string): Promise<{ median: number; longest: number }> {
  const times: number[] = [];
  for (let time = 0; time < TIMES; time++) {
    const start = performance.now();
    const response = await fetch(url);
    await response.text();
    if (response.status !== 200) throw new Error(`${url}: ${response.status}`);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return { median: times[(TIMES - 1) / 2] as number, longest: times.at(-1) as number };
}
