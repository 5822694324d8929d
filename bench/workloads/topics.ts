/**
 * Making and deleting thousands of topics over the network, of any broker.
 *
 * @module
 */

import { NONE, RawClient, textBatch } from "../../tests/interop/support/raw_client.ts";

/** Which topics, and of which broker. */
export interface TopicsWorkloadOptions {
  /** `host:port` of the broker. */
  readonly bootstrap: string;
  /** Its log directory. */
  readonly logDir: string;
  /** What the names begin with. */
  readonly prefix: string;
  /** How many topics, of one partition each. */
  readonly count: number;
  /** How many are asked for in one request; requests follow one another. */
  readonly aRequest: number;
}

function namesOf({ prefix, count }: TopicsWorkloadOptions): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
}

async function inRequests(
  options: TopicsWorkloadOptions,
  ask: (client: RawClient, names: readonly string[]) => Promise<readonly number[]>,
  settle: (client: RawClient, names: readonly string[]) => Promise<void>,
): Promise<number> {
  const names = namesOf(options);
  using client = await RawClient.connect(options.bootstrap);
  const begin = performance.now();
  for (let i = 0; i < names.length; i += options.aRequest) {
    const failed = (await ask(client, names.slice(i, i + options.aRequest)))
      .find((code) => code !== NONE);
    if (failed !== undefined) throw new Error(`a topic was refused: error ${failed}`);
  }
  await settle(client, names);
  return performance.now() - begin;
}

/** Makes the topics. Returns how long it takes until all are answered and the last has taken a record, ms. */
export async function makeTopics(options: TopicsWorkloadOptions): Promise<number> {
  return await inRequests(
    options,
    (client, names) => client.createTopics(names, 1),
    (client, names) => produceTo(client, names.at(-1)!),
  );
}

/** Deletes the topics. Returns how long it takes until all are answered and no log has their names any more, ms. */
export async function deleteTopics(options: TopicsWorkloadOptions): Promise<number> {
  return await inRequests(
    options,
    (client, names) => client.deleteTopics(names),
    async (_, names) => {
      const logs = new Set(names.map((name) => `${name}-0`));
      const isLeft = async () => {
        for await (const { name } of Deno.readDir(options.logDir)) if (logs.has(name)) return true;
        return false;
      };
      while (await isLeft()) await new Promise((resolve) => setTimeout(resolve, 20));
    },
  );
}

/** Appends a record to the last of the topics, as soon as the broker takes it. */
export async function produceToLast(options: TopicsWorkloadOptions): Promise<void> {
  using client = await RawClient.connect(options.bootstrap);
  await produceTo(client, namesOf(options).at(-1)!);
}

/** With thousands of topics a broker may take a while before it knows them. */
const LONGEST_WAIT_MS = 120_000;

async function produceTo(client: RawClient, topic: string): Promise<void> {
  const latest = performance.now() + LONGEST_WAIT_MS;
  while (true) {
    const { errorCode } = await client.produce({ topic, partition: 0 }, -1, textBatch(["x"]));
    if (errorCode === NONE) return;
    if (performance.now() > latest) throw new Error(`no record for ${topic}: error ${errorCode}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
