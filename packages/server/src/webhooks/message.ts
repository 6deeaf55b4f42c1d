import type { FindingKind } from "@drett/core";
import { type FoundFinding, keyOf } from "./found.ts";

/** A record of the store is bounded, and the one with a message holds what each of them is known by. */
const MOST_FINDINGS = 10_000;
const MOST_LISTED = 20;
/** Quotes and backslashes take twice as much in the record. */
const MOST_BYTES = 48 * 1024;

/** What is newly found, gathered into one message. */
export class Message {
  /** What its findings are known by. */
  readonly keys = new Set<string>();
  readonly #kinds = new Map<FindingKind, number>();
  readonly #listed: FoundFinding[] = [];
  #bytes = 0;
  #more = false;

  add(found: FoundFinding): void {
    const key = keyOf(found);
    if (this.keys.has(key)) return;
    if (this.keys.size >= MOST_FINDINGS) {
      this.#more = true;
      return;
    }
    this.keys.add(key);
    this.#kinds.set(found.kind, (this.#kinds.get(found.kind) ?? 0) + 1);
    this.#list(found);
  }

  /** As it travels. */
  payload(at: number): string {
    const byKind = [...this.#kinds].map(([kind, count]) => ({ kind, count }));
    return JSON.stringify({
      type: "findings.new",
      timestamp: new Date(at).toISOString(),
      data: { count: this.keys.size, more: this.#more, byKind, findings: this.#listed },
    });
  }

  #list(found: FoundFinding): void {
    if (this.#listed.length >= MOST_LISTED) return;
    const bytes = Buffer.byteLength(JSON.stringify(found));
    if (this.#bytes + bytes > MOST_BYTES) return;
    this.#bytes += bytes;
    this.#listed.push(found);
  }
}
