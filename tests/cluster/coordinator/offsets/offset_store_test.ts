import { assertEquals } from "@std/assert";
import type { GroupRecord } from "../../../../cluster/coordinator/group_records.ts";
import { deleteAllOffsets } from "../../../../cluster/coordinator/offsets/offset_delete.ts";
import { SeededRandom } from "../../../support/manual_env.ts";
import {
  commit,
  commitInTransaction,
  commitTopic,
  offsetsHarness,
  OffsetsShard,
} from "../../../support/offsets_shard.ts";
import type { LogEntry, ShardHarness } from "../../../support/shard_harness.ts";

const GROUPS = ["g", "h"], TOPICS = ["t", "u"], PARTITIONS = 2, PRODUCERS = [1, 2, 3];

/** Looks the state up in the log, from its end: the naive way. */
class Model {
  readonly #log: readonly LogEntry<GroupRecord>[];

  constructor(log: readonly LogEntry<GroupRecord>[]) {
    this.#log = log;
  }

  /** Whether what an entry says counts: `undefined` while its transaction is open. */
  #counts(index: number): boolean | undefined {
    const entry = this.#log[index]!;
    if (!("record" in entry) || entry.producer === undefined) return true;
    const { producerId } = entry.producer;
    for (const later of this.#log.slice(index + 1)) {
      if ("marker" in later && later.marker.producerId === producerId) return later.committed;
    }
    return undefined;
  }

  /** The offset that is committed, and whether a transaction has another one. */
  look(group: string, topic: string, partition: number): [number | undefined, boolean] {
    let isPending = false;
    for (let i = this.#log.length - 1; i >= 0; i--) {
      const entry = this.#log[i]!;
      if (!("record" in entry) || entry.record.type !== "offsetCommit") continue;
      const { record } = entry;
      if (record.group !== group || record.topic !== topic || record.partition !== partition) {
        continue;
      }
      // Forgets what is committed before, and what is pending.
      if (record.value === null) return [undefined, isPending];
      const counts = this.#counts(i);
      if (counts === true) {
        return [record.value.offset, isPending || this.#pendingBefore(i, record)];
      }
      if (counts === undefined) isPending = true;
    }
    return [undefined, isPending];
  }

  #pendingBefore(index: number, wanted: { group: string; topic: string; partition: number }) {
    for (let i = index - 1; i >= 0; i--) {
      const entry = this.#log[i]!;
      if (!("record" in entry) || entry.record.type !== "offsetCommit") continue;
      const { record } = entry;
      const isSame = record.group === wanted.group && record.topic === wanted.topic &&
        record.partition === wanted.partition;
      if (!isSame) continue;
      if (record.value === null) return false;
      if (this.#counts(i) === undefined) return true;
    }
    return false;
  }
}

function check(
  harness: ShardHarness<OffsetsShard, GroupRecord>,
  shard: OffsetsShard,
  what: string,
) {
  const model = new Model(harness.log);
  let size = 0;
  for (const group of GROUPS) {
    for (const topic of TOPICS) {
      for (let partition = 0; partition < PARTITIONS; partition++) {
        const [offset, isPending] = model.look(group, topic, partition);
        const seen = [
          shard.offsets.offset(group, topic, partition)?.offset,
          shard.offsets.hasPending(group, topic, partition),
        ];
        assertEquals(seen, [offset, isPending], `${what}: ${group} ${topic}-${partition}`);
        if (offset !== undefined) size++;
      }
    }
  }
  assertEquals(shard.offsets.size, size, what);
}

/** Where the first transaction begins that has not ended: a cleaner goes no further. */
function lastStableOffset(log: readonly LogEntry<GroupRecord>[]): number {
  const open = new Map<number, number>();
  for (const [offset, entry] of log.entries()) {
    if ("marker" in entry) open.delete(entry.marker.producerId);
    else if (entry.producer !== undefined && !open.has(entry.producer.producerId)) {
      open.set(entry.producer.producerId, offset);
    }
  }
  return Math.min(log.length, ...open.values());
}

/** What a cleaner leaves of a log, loaded: below some offset, of each key the last record that counts. */
function compactedShard(log: readonly LogEntry<GroupRecord>[], random: SeededRandom): OffsetsShard {
  const shard = new OffsetsShard();
  const cleanEnd = random.below(lastStableOffset(log) + 1);
  const isAborted = (index: number, producerId: number) => {
    const end = log.slice(index).find((later) =>
      "marker" in later && later.marker.producerId === producerId
    );
    return end !== undefined && "marker" in end && !end.committed;
  };
  const lastOf = new Map<string, number>();
  const keyOf = (record: GroupRecord) =>
    record.type === "offsetCommit" ? `${record.group} ${record.topic} ${record.partition}` : "";
  for (const [offset, entry] of log.slice(0, cleanEnd).entries()) {
    if ("marker" in entry) continue;
    const { producer, record } = entry;
    if (producer === undefined || !isAborted(offset, producer.producerId)) {
      lastOf.set(keyOf(record), offset);
    }
  }
  log.forEach((entry, offset) => {
    if ("marker" in entry) {
      return shard.replayEndTransaction(entry.marker.producerId, 0, entry.committed);
    }
    const { record, producer } = entry;
    if (record.type !== "offsetCommit") return;
    if (offset < cleanEnd && lastOf.get(keyOf(record)) !== offset) return;
    shard.offsets.replay(record, offset, producer?.producerId ?? -1);
  });
  return shard;
}

Deno.test("random commits, transactions, deletions and loads: the offsets are those that the log tells", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = new SeededRandom(seed);
    const harness = offsetsHarness();
    for (let step = 0; step < 60; step++) {
      const group = random.pick(GROUPS);
      const topics = [
        commitTopic(random.pick(TOPICS), random.below(PARTITIONS), random.below(1000)),
      ];
      const producerId = random.pick(PRODUCERS);
      const dice = random.next();
      if (dice < 0.35) commit(harness, group, topics);
      else if (dice < 0.65) commitInTransaction(harness, producerId, group, topics);
      else if (dice < 0.85) {
        harness.endTransaction({ producerId, producerEpoch: 0 }, random.chance(0.6));
      } else if (dice < 0.9) {
        harness.call<void>(({ offsets }, reply, out) => {
          deleteAllOffsets(offsets, group, out);
          out.answer(reply, undefined);
        });
      } else harness.crash();
      const what = `seed ${seed}, step ${step}`;
      check(harness, harness.shard, what);
      if (step % 10 === 9) {
        check(harness, compactedShard(harness.log, random), `${what}, compacted`);
      }
    }
  }
});

Deno.test("a commit outside of a transaction that comes later than one in it stays, when that is committed", () => {
  const harness = offsetsHarness();
  commitInTransaction(harness, 7, "g", [commitTopic("t", 0, 5)]);
  commit(harness, "g", [commitTopic("t", 0, 8)]);
  harness.endTransaction({ producerId: 7, producerEpoch: 0 }, true);
  assertEquals(harness.shard.offsets.offset("g", "t", 0)!.offset, 8);
});
