import { setTimeout as pause } from "node:timers/promises";
import type { Instance } from "@drett/fake-cloud";
import type { Random } from "../crash/random.ts";
import type { Kind } from "./kinds.ts";

const PATIENCE_MS = 3_000;
const GONE_WITHIN_MS = 3_000;

class CloudRefused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The cloud's library of an engine. */
export class CloudClient {
  readonly #url: string;
  readonly #caller: string;
  /** By drett id: what an id of the cloud means may change. */
  readonly #uids = new Map<string, string>();

  constructor(url: string, caller: string) {
    this.#url = `${url}/accounts/main/instances`;
    this.#caller = caller;
  }

  /** With the drett id as a tag; mostly as a token too. Sometimes it asks again where it was not answered. */
  async create(id: string, { isProtected }: Kind, random: Random): Promise<string> {
    const token = random.chance(0.7) ? id : undefined;
    const plan = { name: id, tags: { drett: id }, token, isProtected };
    const isPatient = random.chance(0.3);
    try {
      return await this.#createOnce(id, plan);
    } catch (error) {
      if (!isPatient || (error instanceof CloudRefused && error.status < 500)) throw error;
    }
    await pause(100);
    const second = await this.#createOnce(id, plan).catch((error: Error) => {
      // A library says how often it has tried: a refusal of the second try says nothing of the first.
      throw Object.assign(error, { $metadata: { attempts: 2 } });
    });
    if (token !== undefined) return second;
    // Without a token there may be two now, and only one of them is known.
    throw new Error("asked for twice, and answered once");
  }

  /** Resolves when it is gone. */
  async delete(id: string, externalId: string): Promise<void> {
    const uid = this.#uids.get(id);
    const began = performance.now();
    for (;;) {
      const response = await this.#ask("DELETE", `/${externalId}`, undefined, uid);
      if (response.status === 404 || response.status === 412) return;
      await refused(response);
      if (performance.now() - began > GONE_WITHIN_MS) throw new Error("it is deleting, and does not go");
      await pause(400);
    }
  }

  async #createOnce(id: string, plan: object): Promise<string> {
    const response = await this.#ask("POST", "", JSON.stringify(plan));
    await refused(response);
    const instance = (await response.json()) as Instance;
    this.#uids.set(id, instance.uid);
    return instance.id;
  }

  #ask(method: string, path: string, body?: string, uid?: string): Promise<Response> {
    return fetch(this.#url + path, {
      method,
      headers: { "x-caller": this.#caller, ...(uid === undefined ? {} : { "if-match": uid }) },
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined ? {} : { body }),
    });
  }
}

async function refused(response: Response): Promise<void> {
  if (!response.ok) throw new CloudRefused(response.status, await response.text());
}
