import { assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError, LogDirError } from "../../../storage/errors.ts";
import { LeaderEpochCheckpointFile } from "../../../storage/file/leader_epoch_checkpoint_file.ts";
import {
  LeaderEpochCache,
  UNDEFINED_EPOCH,
  UNDEFINED_EPOCH_OFFSET,
} from "../../../storage/log/leader_epoch_cache.ts";
import { faultyEnv } from "../../support/log_manager.ts";
import { type ManualEnv, manualEnv, SeededRandom } from "../../support/manual_env.ts";

const topicPartition = { topic: "topic", partition: 0 };
const unknown = { epoch: UNDEFINED_EPOCH, endOffset: UNDEFINED_EPOCH_OFFSET };

interface Opened {
  readonly env: ManualEnv;
  readonly checkpoint: LeaderEpochCheckpointFile;
  readonly cache: LeaderEpochCache;
}

function open(env: ManualEnv = manualEnv()): Opened {
  env.fileSystem.makeDirectory("/log");
  const checkpoint = new LeaderEpochCheckpointFile(env.fileSystem, "/log/leader-epoch-checkpoint");
  return { env, checkpoint, cache: new LeaderEpochCache(topicPartition, checkpoint, env.logger) };
}

function cacheOf(...entries: readonly (readonly [epoch: number, startOffset: number])[]) {
  const { cache } = open();
  for (const [epoch, startOffset] of entries) cache.assign(epoch, startOffset);
  return cache;
}

const pairs = (cache: LeaderEpochCache) =>
  cache.epochEntries.map(({ epoch, startOffset }) => [epoch, startOffset]);

const endOf = (cache: LeaderEpochCache, epoch: number, logEndOffset = 0) => {
  const found = cache.endOffsetFor(epoch, logEndOffset);
  return [found.epoch, found.endOffset];
};

Deno.test("an epoch is assigned once: a later start of the latest epoch changes nothing", () => {
  assertEquals(pairs(cacheOf([2, 6], [2, 10])), [[2, 6]]);
});

Deno.test("an earlier start of the latest epoch takes its place, and that of epochs it overlaps", () => {
  const cache = cacheOf([5, 11], [6, 12], [7, 13], [7, 12]);
  assertEquals(pairs(cache), [[5, 11], [7, 12]]);
  assertEquals(endOf(cache, 5), [5, 12]);
  assertEquals(endOf(cache, 6), [5, 12]);
});

Deno.test("an epoch without data gives way to the next one at its offset, without a warning", () => {
  const { cache, env } = open();
  cache.assign(2, 9);
  cache.assign(3, 9);
  assertEquals(pairs(cache), [[3, 9]]);
  assertEquals(env.logger.matching("truncation of conflicting entries").length, 0);
});

Deno.test("an epoch from the past takes out the later ones, with a warning", () => {
  const { cache, env } = open();
  cache.assign(1, 5);
  cache.assign(2, 6);
  cache.assign(1, 7);
  assertEquals(pairs(cache), [[1, 7]]);
  assertEquals(endOf(cache, 1, 8), [1, 8]);
  assertEquals(cache.endOffsetFor(2, 8), unknown);
  assertEquals(env.logger.matching("truncation of conflicting entries", "warn").length, 1);
});

Deno.test("an offset that goes back takes out the epochs that it contradicts", () => {
  assertEquals(pairs(cacheOf([2, 6], [3, 5])), [[3, 5]]);
});

Deno.test("negative epochs and offsets are refused", () => {
  assertThrows(() => cacheOf([-1, 0]), CorruptRecordError);
  assertThrows(() => cacheOf([0, -1]), CorruptRecordError);
});

Deno.test("the latest epoch ends at the log end", () => {
  assertEquals(endOf(cacheOf([2, 11], [2, 12]), 2, 14), [2, 14]);
});

Deno.test("an earlier epoch ends where the next known one starts", () => {
  const cache = cacheOf([1, 11], [1, 12], [2, 13], [2, 14], [3, 15], [3, 16]);
  assertEquals(endOf(cache, 2, 17), [2, 15]);
  assertEquals(endOf(cache, 1, 17), [1, 13]);
});

Deno.test("an epoch between two known ones is answered with the lower one", () => {
  const cache = cacheOf([0, 10], [2, 13], [4, 17]);
  assertEquals(endOf(cache, 1), [0, 13]);
  assertEquals(endOf(cache, 2), [2, 17]);
  assertEquals(endOf(cache, 3), [2, 17]);
});

Deno.test("an epoch before all known ones ends where the first of them starts", () => {
  assertEquals(endOf(cacheOf([5, 11], [6, 12], [7, 13]), 4), [4, 11]);
});

Deno.test("an epoch above all known ones, the undefined one, and any of an empty cache are unknown", () => {
  assertEquals(cacheOf([2, 100]).endOffsetFor(3, 100), unknown);
  assertEquals(cacheOf([2, 11], [3, 12]).endOffsetFor(UNDEFINED_EPOCH, 0), unknown);
  assertEquals(cacheOf().endOffsetFor(7, 0), unknown);
  assertEquals(cacheOf().endOffsetFor(UNDEFINED_EPOCH, 73), unknown);
});

Deno.test("epochs are tracked as leaders change", () => {
  const cache = cacheOf([0, 0], [1, 0]);
  assertEquals(cache.latestEpoch, 1);
  assertEquals([endOf(cache, 1, 0), endOf(cache, 0, 0)], [[1, 0], [0, 0]]);
  assertEquals([endOf(cache, 1, 5), endOf(cache, 0, 5)], [[1, 5], [0, 0]]);
  cache.assign(2, 5);
  assertEquals([endOf(cache, 2, 10), endOf(cache, 1, 10), endOf(cache, 0, 10)], [
    [2, 10],
    [1, 5],
    [0, 0],
  ]);
});

Deno.test("truncating at the end takes out the epochs that start there or behind", () => {
  const after = (endOffset: number) => {
    const cache = cacheOf([2, 6], [3, 8], [4, 11]);
    cache.truncateFromEnd(endOffset);
    return pairs(cache);
  };
  assertEquals(after(8), [[2, 6]]);
  assertEquals(after(9), [[2, 6], [3, 8]]);
  assertEquals(after(11), [[2, 6], [3, 8]]);
  assertEquals(after(12), [[2, 6], [3, 8], [4, 11]]);
  assertEquals(after(0), []);
  assertEquals(after(UNDEFINED_EPOCH_OFFSET), [[2, 6], [3, 8], [4, 11]]);
});

Deno.test("truncating at the start keeps the epoch that holds the offset, from there on", () => {
  const after = (startOffset: number) => {
    const cache = cacheOf([2, 6], [3, 8], [4, 11]);
    cache.truncateFromStart(startOffset);
    return pairs(cache);
  };
  assertEquals(after(1), [[2, 6], [3, 8], [4, 11]]);
  assertEquals(after(6), [[2, 6], [3, 8], [4, 11]]);
  assertEquals(after(7), [[2, 7], [3, 8], [4, 11]]);
  assertEquals(after(8), [[3, 8], [4, 11]]);
  assertEquals(after(9), [[3, 9], [4, 11]]);
  assertEquals(after(11), [[4, 11]]);
  assertEquals(after(15), [[4, 15]]);
  assertEquals(after(UNDEFINED_EPOCH_OFFSET), [[2, 6], [3, 8], [4, 11]]);
});

Deno.test("an empty cache takes every truncation", () => {
  const cache = cacheOf();
  cache.truncateFromStart(7);
  cache.truncateFromEnd(7);
  assertEquals([cache.latestEpoch, cache.earliestEntry, cache.nonEmpty], [
    undefined,
    undefined,
    false,
  ]);
});

Deno.test("previous and next epochs and entries are found", () => {
  const cache = cacheOf([2, 10], [4, 15], [10, 20]);
  assertEquals([cache.previousEpoch(), cache.previousEpoch(10), cache.previousEpoch(2)], [
    4,
    4,
    undefined,
  ]);
  assertEquals(cache.previousEntry(4), { epoch: 2, startOffset: 10 });
  assertEquals(cache.previousEntry(2), undefined);
  assertEquals([-1, 2, 3, 10, 99].map((epoch) => cache.nextEpoch(epoch)), [
    2,
    4,
    4,
    undefined,
    undefined,
  ]);
  assertEquals(cache.epochEntry(4), { epoch: 4, startOffset: 15 });
  assertEquals(cache.epochEntry(5), undefined);
  assertEquals(cacheOf().previousEpoch(), undefined);
  cache.truncateFromEnd(18);
  assertEquals(cache.previousEpoch(), 2);
});

Deno.test("the epoch of an offset is that of the last entry that starts at or before it", () => {
  const cache = cacheOf([0, 10], [1, 20], [5, 30]);
  assertEquals([5, 10, 19, 20, 25, 30, 50].map((offset) => cache.epochForOffset(offset)), [
    ...[undefined, 0, 0, 1, 1, 5, 5],
  ]);
});

Deno.test("the entries of a range start at its start and end before its end; the cache stays", () => {
  const cache = cacheOf([2, 6], [3, 8], [4, 11]);
  const range = (start: number, end: number) =>
    cache.epochEntriesInRange(start, end).map(({ epoch, startOffset }) => [epoch, startOffset]);
  assertEquals(range(7, 11), [[2, 7], [3, 8]]);
  assertEquals(range(-1, 100), [[2, 6], [3, 8], [4, 11]]);
  assertEquals(range(9, 10), [[3, 9]]);
  assertEquals(pairs(cache), [[2, 6], [3, 8], [4, 11]]);
});

Deno.test("an assigned epoch is in the file at once and survives a new instance", () => {
  const { cache, env, checkpoint } = open();
  cache.assign(2, 6);
  assertEquals(checkpoint.read(), [{ epoch: 2, startOffset: 6 }]);
  assertEquals(pairs(open(env).cache), [[2, 6]]);
});

Deno.test("several epochs are assigned at one write", () => {
  const { cache, checkpoint } = open();
  cache.assignAll([{ epoch: 1, startOffset: 0 }, { epoch: 2, startOffset: 5 }]);
  assertEquals(checkpoint.read().length, 2);
});

Deno.test("a truncation is in the file after the next flush or entry", () => {
  const { cache, checkpoint } = open();
  cache.assignAll([[2, 6], [3, 8], [4, 11]].map(([epoch, startOffset]) => ({
    epoch: epoch!,
    startOffset: startOffset!,
  })));
  cache.truncateFromEnd(11);
  cache.truncateFromStart(8);
  assertEquals(checkpoint.read().length, 3);
  cache.flush();
  assertEquals(checkpoint.read(), [{ epoch: 3, startOffset: 8 }]);
  cache.truncateFromStart(9);
  cache.assign(5, 20);
  assertEquals(checkpoint.read(), [{ epoch: 3, startOffset: 9 }, { epoch: 5, startOffset: 20 }]);
});

Deno.test("clearing and flushing empties the file, clearing alone does not", () => {
  const { cache, checkpoint } = open();
  cache.assign(2, 6);
  cache.clear();
  cache.flush();
  assertEquals([pairs(cache), checkpoint.read().length], [[], 1]);
  cache.clearAndFlush();
  assertEquals(checkpoint.read(), []);
});

Deno.test("a cache moves to another file with its entries, and what is not written yet", () => {
  const { cache, env } = open();
  cache.assign(2, 6);
  cache.truncateFromStart(9);
  env.fileSystem.rename("/log", "/moved");
  const moved = new LeaderEpochCheckpointFile(env.fileSystem, "/moved/leader-epoch-checkpoint");
  const other = cache.withCheckpoint(moved);
  assertEquals(pairs(other), [[2, 9]]);
  assertEquals(moved.read(), [{ epoch: 2, startOffset: 6 }]);
  other.flush();
  assertEquals(moved.read(), [{ epoch: 2, startOffset: 9 }]);
});

Deno.test("a checkpoint of Kafka's is read", () => {
  const env = manualEnv();
  env.fileSystem.makeDirectory("/log");
  const golden = new URL(
    "../../fixtures/broker/multiseg-0/leader-epoch-checkpoint",
    import.meta.url,
  );
  const file = env.fileSystem.open("/log/leader-epoch-checkpoint", { create: true });
  file.write(0, Deno.readFileSync(golden));
  file.close();
  const { cache } = open(env);
  assertEquals(cache.epochEntries.length, 3);
  assertEquals(cache.earliestEntry?.startOffset, 0);
});

Deno.test("random histories agree with a list that knows the epoch of every offset", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = new SeededRandom(seed);
    const { cache, env } = open(manualEnv({ seed }));
    // epochs[i] is the epoch of offset start + i.
    let start = 0;
    let epochs: number[] = [];
    let epoch = 0;
    for (let step = 0; step < 60; step++) {
      const end = start + epochs.length;
      const choice = random.below(10);
      if (choice < 6) {
        if (random.chance(0.4)) epoch += 1 + random.below(3);
        cache.assign(epoch, end);
        for (let i = random.below(4) + 1; i > 0; i--) epochs.push(epoch);
      } else if (choice < 8) {
        const to = start + random.below(epochs.length + 1);
        cache.truncateFromEnd(to);
        epochs = epochs.slice(0, to - start);
      } else if (epochs.length > 0) {
        const to = start + random.below(epochs.length);
        cache.truncateFromStart(to);
        epochs = epochs.slice(to - start);
        start = to;
      }
      const expected = epochs.flatMap((each, i) =>
        i === 0 || epochs[i - 1] !== each ? [[each, start + i]] : []
      );
      assertEquals(pairs(cache), expected, `seed ${seed}, step ${step}`);
      for (let i = 0; i < epochs.length; i++) {
        assertEquals(cache.epochForOffset(start + i), epochs[i], `seed ${seed}, step ${step}`);
      }
    }
    cache.flush();
    assertEquals(pairs(open(env).cache), pairs(cache), `seed ${seed}`);
  }
});

Deno.test("an epoch that was only noted is known at once, and written with the next one, or its first record", () => {
  const { cache, checkpoint } = open();
  cache.assign(1, 0);
  cache.note(3, 10);
  assertEquals([pairs(cache), checkpoint.read().length], [[[1, 0], [3, 10]], 1]);
  cache.assign(3, 10);
  assertEquals(checkpoint.read().map(({ epoch }) => epoch), [1, 3]);
});

Deno.test("what could not be written is written with the next call", () => {
  const env = faultyEnv();
  env.fileSystem.makeDirectory("/log");
  const checkpoint = new LeaderEpochCheckpointFile(env.fileSystem, "/log/leader-epoch-checkpoint");
  const cache = new LeaderEpochCache(topicPartition, checkpoint);
  env.fileSystem.inject({ code: "ENOSPC", kinds: ["write"] });
  assertThrows(() => cache.assign(1, 0), LogDirError, "ENOSPC");
  cache.assign(1, 0);
  assertEquals(checkpoint.read().map(({ epoch }) => epoch), [1]);
});
