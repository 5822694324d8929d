/**
 * What members of groups go through, whatever their client and broker: they share partitions out when members join, leave, crash and when there
 * are new partitions; they go on where they have committed; static members come back without a rebalance.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { GroupClient } from "./clients.ts";
import { type GroupMember, type SeenRecord, until } from "./group_member.ts";
import { NONE, RawClient, textBatch } from "./raw_client.ts";

/** What a broker needs for these. */
export const GROUP_PROPERTIES = {
  "group.initial.rebalance.delay.ms": "0",
  "group.min.session.timeout.ms": "500",
};
const SESSION_MS = 3000;

/** A topic whose records are counted by partition. */
export class Source {
  readonly topic: string;
  readonly #client: RawClient;
  readonly #counts: number[];

  constructor(client: RawClient, topic: string, partitions: number) {
    this.topic = topic;
    this.#client = client;
    this.#counts = Array.from({ length: partitions }, () => 0);
  }

  /** Writes some more to every partition. Returns what a group is to read. */
  async write(count: number): Promise<SeenRecord[]> {
    const all: SeenRecord[] = [];
    for (const [partition, from] of this.#counts.entries()) {
      const values = Array.from({ length: count }, (_, i) => `${partition}-${from + i}`);
      const { errorCode } = await this.#client.produce(
        { topic: this.topic, partition },
        -1,
        textBatch(values),
      );
      assertEquals(errorCode, NONE);
      all.push(...values.map((value, i): SeenRecord => [partition, from + i, value]));
      this.#counts[partition] = from + count;
    }
    return all;
  }

  /** Gives it more partitions. */
  async grow(partitions: number): Promise<void> {
    assertEquals(await this.#client.createPartitions(this.topic, partitions), NONE);
    while (this.#counts.length < partitions) this.#counts.push(0);
  }
}

const inOrder = (records: readonly SeenRecord[]) =>
  [...records].sort(([p, o], [q, r]) => p - q || o - r);

/** Partitions are given out when each is in one member's hands. */
const areOut = (members: readonly GroupMember[], partitions: number) => {
  const all = members.flatMap((member) => member.partitions ?? []).sort((a, b) => a - b);
  return all.length === partitions && all.every((partition, i) => partition === i) &&
    (members.length > partitions || members.every(({ partitions = [] }) => partitions.length > 0));
};

/** Waits until each partition is in one member's hands. */
export const shared = (members: readonly GroupMember[], partitions: number) =>
  until(members, `all ${partitions} partitions are out`, () => areOut(members, partitions));

/** Members read these records and no others, each once; or at least once, if that is how the client is. */
export async function read(
  members: readonly GroupMember[],
  wanted: readonly SeenRecord[],
  atLeastOnce = false,
): Promise<void> {
  const seen = () => {
    const all = members.flatMap(({ records }) => records);
    return atLeastOnce ? [...new Map(all.map((each) => [each.join(), each])).values()] : all;
  };
  await until(members, `${wanted.length} records are read`, () => seen().length >= wanted.length);
  assertEquals(inOrder(seen()), inOrder(wanted));
  for (const { records } of members) records.length = 0;
}

/** Members come, go, crash, and go on. */
export async function joinsAndLeaves(
  client: GroupClient,
  assignor: string,
  bootstrap: string,
  source: Source,
): Promise<void> {
  const group = `${client.name}-${assignor}`;
  const { readsAgain } = client;
  const join = () =>
    client.start({ bootstrap, group, topic: source.topic, assignor, sessionMs: SESSION_MS });
  await using first = await join();
  await shared([first], 4);
  await read([first], await source.write(5), readsAgain);
  await first.commit();

  // Joining takes partitions from the first; what is committed is not read again.
  await using second = await join();
  await shared([first, second], 4);
  await read([first, second], await source.write(5), readsAgain);
  await Promise.all([first.commit(), second.commit()]);

  // A member that is gone without a word loses its partitions when its session is over.
  await second.kill();
  await shared([first], 4);
  await read([first], await source.write(5), readsAgain);
  await first.commit();

  // One that says so does at once.
  await using third = await join();
  await shared([first, third], 4);
  await third.leave();
  await shared([first], 4);
  let partitions = 4;
  if (client.seesNewPartitions) {
    await source.grow(partitions = 6);
    await shared([first], partitions);
  }
  await read([first], await source.write(5), readsAgain);
  await first.commit();
  await first.leave();

  // Later members go on where the group has come to.
  const next = await source.write(3);
  await using later = await join();
  await shared([later], partitions);
  await read([later], next, readsAgain);
  await later.leave();
}

/** A static member is gone for a while. */
export async function comesBack(
  client: GroupClient,
  bootstrap: string,
  source: Source,
): Promise<void> {
  const join = (instanceId: string) =>
    client.start({
      bootstrap,
      instanceId,
      group: `${client.name}-static`,
      topic: source.topic,
      assignor: client.assignors[0]!,
      sessionMs: 20_000,
    });
  await using steady = await join("steady");
  await shared([steady], 4);
  await using before = await join("restarted");
  await shared([steady, before], 4);
  await read([steady, before], await source.write(2));
  await Promise.all([steady.commit(), before.commit()]);
  const { rebalances } = steady;
  const { partitions } = before;
  await before.kill();
  const next = await source.write(2);
  await using again = await join("restarted");
  await until([again], "it has its partitions", () => again.partitions !== undefined);
  assertEquals(again.partitions, partitions);
  await read([steady, again], next);
  assertEquals(steady.rebalances, rebalances, "the other member had to rebalance");
}

/** Members with these clients join one group, one after the other; they read all there is, and the first leaves. */
export async function mixedGroup(
  clients: readonly GroupClient[],
  assignor: string,
  bootstrap: string,
): Promise<void> {
  const topic = `mixed-${assignor}`;
  using admin = await RawClient.connect(bootstrap);
  assertEquals(await admin.createTopics([topic], 8), [NONE]);
  const source = new Source(admin, topic, 8);
  await using members = new AsyncDisposableStack();
  const joined: GroupMember[] = [];
  for (const client of clients) {
    const options = { bootstrap, group: topic, topic, assignor, sessionMs: 10_000 };
    joined.push(members.use(await client.start(options)));
    await shared(joined, 8);
  }
  await read(joined, await source.write(10));
  await joined[0]!.leave();
  await shared(joined.slice(1), 8);
}
