import { assert, assertEquals, assertThrows } from "@std/assert";
import { StorageError } from "../../../storage/errors.ts";
import { LeaderEpochCheckpointFile } from "../../../storage/file/leader_epoch_checkpoint_file.ts";
import { LeaderEpochCache } from "../../../storage/log/leader_epoch_cache.ts";
import { ProducerStateEntry } from "../../../storage/log/producer/producer_state_entry.ts";
import { ProducerStateManager } from "../../../storage/log/producer/producer_state_manager.ts";
import { buildEndTransactionMarker } from "../../../storage/record/control_record.ts";
import type { Segment } from "../../../storage/segment/segment.ts";
import { SegmentOffsetOverflowError } from "../../../storage/segment/segment_offset_overflow_error.ts";
import { type ManualEnv, manualEnv } from "../../support/manual_env.ts";
import {
  append,
  batch,
  DIRECTORY,
  fileBytes,
  join,
  legacyMessage,
  noProducers,
  offsetsOf,
  openSegment,
  overwrite,
  readBytes,
  recover,
  writeFile,
} from "../../support/segments.ts";

const path = `${DIRECTORY}/00000000000000000000.log`;
const topicPartition = { topic: "topic", partition: 0 };

function producers(env: ManualEnv): ProducerStateManager {
  return new ProducerStateManager({ env, directory: DIRECTORY, topicPartition });
}

function filled(env: ManualEnv, batches = 20): Segment {
  const segment = openSegment(env);
  for (let i = 0; i < batches; i++) append(segment, i, [`value ${i}`]);
  return segment;
}

Deno.test("recovery of a sound segment changes nothing and says nothing", () => {
  const env = manualEnv();
  const segment = filled(env);
  segment.close();
  const files = () =>
    env.fileSystem.list(DIRECTORY).map((
      { name },
    ) => [name, fileBytes(env, `${DIRECTORY}/${name}`)]);
  const before = files();
  const again = openSegment(env);
  assertEquals(recover(again), 0);
  again.close();
  assertEquals(files(), before);
  assertEquals(env.logger.lines, []);
});

Deno.test("recovery makes a corrupt index and a corrupt time index anew", () => {
  const env = manualEnv();
  filled(env, 100).close();
  for (const suffix of ["index", "timeindex"]) {
    writeFile(env, `${DIRECTORY}/00000000000000000000.${suffix}`, new Uint8Array(57).fill(0x3c));
  }
  const segment = openSegment(env);
  recover(segment);
  for (let i = 0; i < 100; i++) {
    assertEquals(readBytes(segment, i, 1, undefined, true), batch(i, [`value ${i}`]));
    assertEquals(segment.findOffsetByTimestamp(i * 10)?.offset, i);
    if (i < 99) assertEquals(segment.findOffsetByTimestamp(i * 10 + 1)?.offset, i + 1);
  }
});

Deno.test("recovery cuts at the first corrupt batch, wherever the damage is, and tells where", () => {
  for (let damaged = 0; damaged < 20; damaged++) {
    const env = manualEnv({ seed: damaged + 1 });
    const segment = filled(env);
    const at = segment.translateOffset(damaged)!;
    // From somewhere in the batch to the end of the file there is nonsense; leader epoch and base offset have no CRC.
    const from = at.position + 16 + env.random.below(at.size - 16);
    overwrite(env, path, from, env.random.bytes(segment.size - from));
    const size = segment.size;
    assertEquals(recover(segment), size - at.position);
    assertEquals(
      offsetsOf(segment).map(([base]) => base),
      Array.from({ length: damaged }, (_, i) => i),
    );
    assertEquals(env.fileSystem.stat(path)?.size, at.position);
    const [line, ...more] = env.logger.matching("Cutting invalid bytes", "warn");
    assertEquals(more, []);
    assertEquals(
      [line!.fields.offset, line!.fields.position, line!.fields.bytes, line!.fields.path],
      [damaged, at.position, size - at.position, path],
    );
    append(segment, damaged, ["goes on"]);
    assertEquals(segment.readNextOffset(), damaged + 1);
  }
});

Deno.test("every single flipped bit of a batch is found, but for those outside the CRC that leave offsets in order", () => {
  const env = manualEnv();
  const first = batch(0, ["first"]);
  const second = batch(1, ["second"]);
  const missed = new Set<number>();
  env.fileSystem.makeDirectory(DIRECTORY);
  for (let bit = 0; bit < second.length * 8; bit++) {
    const flipped = second.slice();
    flipped[bit >> 3]! ^= 0x80 >> (bit & 7);
    writeFile(env, path, join(first, flipped));
    const segment = openSegment(env);
    let cut: number;
    try {
      cut = recover(segment);
    } catch (error) {
      assert(error instanceof SegmentOffsetOverflowError);
      cut = second.length;
    }
    if (cut !== second.length) missed.add(bit >> 3);
    segment.deleteIfExists();
  }
  // A base offset that got larger by less than 2^31 leaves a gap as compaction does.
  assertEquals([...missed], [4, 5, 6, 7, 12, 13, 14, 15]);
});

Deno.test("recovery cuts a torn tail at any length, and zeros", () => {
  const good = join(batch(0, ["first"]), batch(1, ["second"]));
  const last = batch(2, ["third"]);
  for (let length = 0; length <= last.length; length++) {
    const env = manualEnv();
    env.fileSystem.makeDirectory(DIRECTORY);
    writeFile(env, path, join(good, last.subarray(0, length)));
    const segment = openSegment(env);
    const whole = length === last.length;
    assertEquals(recover(segment), whole ? 0 : length);
    assertEquals(segment.size, whole ? good.length + length : good.length);
    assertEquals(env.logger.lines.length, whole || length === 0 ? 0 : 1);
  }
  const env = manualEnv();
  env.fileSystem.makeDirectory(DIRECTORY);
  writeFile(env, path, join(good, new Uint8Array(5000)));
  assertEquals(recover(openSegment(env)), 5000);
});

Deno.test("a preallocated file that was never closed is cut to its batches", () => {
  const env = manualEnv();
  const segment = openSegment(env, { preallocate: true, segmentSize: 1 << 16 });
  append(segment, 0, ["a", "b"]);
  const { size } = segment;
  segment.closeHandlers(); // the process dies
  const again = openSegment(env, { preallocate: true, segmentSize: 1 << 16 });
  assertEquals(again.size, 1 << 16);
  recover(again);
  assertEquals([again.size, env.fileSystem.stat(path)?.size], [size, size]);
});

Deno.test("offsets that go back, or lie below the segment, are cut off", () => {
  const good = batch(5, ["first", "second"]);
  for (const bad of [batch(6, ["again", "x"]), batch(3, ["back"]), batch(0, ["below"])]) {
    const env = manualEnv();
    env.fileSystem.makeDirectory(DIRECTORY);
    writeFile(env, path, join(good, bad, batch(9, ["behind"])));
    const segment = openSegment(env);
    recover(segment);
    assertEquals(offsetsOf(segment), [[5, 6]]);
    assert(String(env.logger.lines[0]!.fields.reason).includes("go back"));
  }
  const env = manualEnv();
  const segment = openSegment(env, { baseOffset: 10 });
  writeFile(env, segment.log.path, batch(9, ["below"]));
  assertEquals(recover(openSegment(env, { baseOffset: 10 })), batch(9, ["below"]).length);
});

Deno.test("an offset too far above the base offset is an error that a loader can act on", () => {
  const env = manualEnv();
  env.fileSystem.makeDirectory(DIRECTORY);
  writeFile(env, path, join(batch(0, ["first"]), batch(2 ** 31, ["far"])));
  const segment = openSegment(env);
  const error = assertThrows(() => recover(segment), SegmentOffsetOverflowError);
  assertEquals([error.baseOffset, error.offset], [0, 2 ** 31]);
});

Deno.test("recovery of messages of old formats indexes them too", () => {
  const env = manualEnv();
  env.fileSystem.makeDirectory(DIRECTORY);
  writeFile(
    env,
    path,
    join(legacyMessage(0, 0, 0, "zero"), legacyMessage(1, 1, 500, "one"), batch(2, ["two"])),
  );
  const segment = openSegment(env);
  assertEquals(recover(segment), 0);
  assertEquals(segment.timeIndex.lastEntry, { timestamp: 500, offset: 1 });
  assertEquals(segment.offsetIndex.entries, 2);
  const data = fileBytes(env, path);
  data[29] = data[29]! ^ 1;
  writeFile(env, path, data);
  const again = openSegment(env);
  assertEquals(recover(again), data.length);
});

Deno.test("recovery makes the transaction index anew, also for a transaction that began in an earlier segment", () => {
  const env = manualEnv();
  const segment = openSegment(env, { baseOffset: 100 });
  const transactional = (producerId: number) => ({
    producerId,
    producerEpoch: 0,
    baseSequence: 100,
    isTransactional: true,
    partitionLeaderEpoch: 15,
  });
  const marker = (producerId: number, offset: number, type: "ABORT" | "COMMIT") =>
    buildEndTransactionMarker({
      producerId,
      producerEpoch: 0,
      offset,
      type,
      timestamp: 0,
      coordinatorEpoch: 0,
    });
  append(segment, 100, ["a", "b"], transactional(5));
  append(segment, 102, ["a", "b"], transactional(10));
  append(segment, 104, ["a", "b"]);
  segment.append(106, marker(10, 106, "ABORT"));
  segment.append(107, marker(5, 107, "COMMIT"));

  const fresh = producers(env);
  recover(segment, fresh);
  assertEquals(fresh.mapEndOffset, 108);
  const aborted = { producerId: 10, firstOffset: 102, lastOffset: 106, lastStableOffset: 100 };
  assertEquals(segment.txnIndex.allAbortedTxns(), [aborted]);

  const earlier = producers(env);
  const entry = new ProducerStateEntry(10, 0, 0, -1, 75);
  earlier.loadProducerEntry(entry);
  recover(segment, earlier);
  assertEquals(earlier.mapEndOffset, 108);
  assertEquals(segment.txnIndex.allAbortedTxns(), [{ ...aborted, firstOffset: 75 }]);
});

Deno.test("recovery feeds the leader epochs", () => {
  const env = manualEnv();
  const segment = openSegment(env);
  const epochs = new LeaderEpochCache(
    topicPartition,
    new LeaderEpochCheckpointFile(env.fileSystem, `${DIRECTORY}/leader-epoch-checkpoint`),
  );
  append(segment, 104, ["a", "b"], { partitionLeaderEpoch: 0 });
  append(segment, 106, ["a", "b"], { partitionLeaderEpoch: 1 });
  append(segment, 108, ["a", "b"], { partitionLeaderEpoch: 1 });
  append(segment, 110, ["a", "b"], { partitionLeaderEpoch: 2 });
  const work = segment.recover(producers(env), epochs);
  while (!work.next().done);
  assertEquals([...epochs.epochEntries], [
    { epoch: 0, startOffset: 104 },
    { epoch: 1, startOffset: 106 },
    { epoch: 2, startOffset: 110 },
  ]);
});

Deno.test("recovery goes in slices that add up to the bytes read", () => {
  const env = manualEnv();
  const segment = openSegment(env, { segmentSize: 1 << 30 });
  const bytes = batch(0, ["x".repeat(1 << 20)]);
  for (let i = 0; i < 20; i++) append(segment, i, ["x".repeat(1 << 20)]);
  let slices = 0;
  let total = 0;
  for (const { bytes } of segment.recover(noProducers)) {
    slices++;
    total += bytes;
  }
  assertEquals(total, 20 * bytes.length);
  assert(slices >= 4, `slices: ${slices}`);
});

Deno.test("any bytes as a data file are repaired, or a typed error", () => {
  for (let seed = 1; seed <= 400; seed++) {
    const env = manualEnv({ seed });
    const { random } = env;
    env.fileSystem.makeDirectory(DIRECTORY);
    const bytes = seed % 2 === 0 ? random.bytes(random.below(400)) : join(
      batch(0, ["a"]),
      batch(1, ["b", "c"], { compression: { type: "lz4" } }),
      batch(3, ["d"]),
    );
    for (let n = 1 + random.below(5); n > 0 && bytes.length > 0; n--) {
      bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
    }
    writeFile(env, path, bytes);
    const segment = openSegment(env);
    try {
      const cut = recover(segment, producers(env));
      assertEquals(segment.size, bytes.length - cut);
      for (const each of segment.batches()) each.ensureValid();
      append(segment, segment.readNextOffset(), ["goes on"]);
    } catch (error) {
      assert(error instanceof StorageError, `seed ${seed}: ${error}`);
    }
  }
});

Deno.test("recovery cuts before a batch whose base offset has jumped ahead, not behind it", () => {
  // A bit of the base offset turns, which is outside the CRC: 1, 32 or 2^30 is added.
  for (const [damaged, byte, bit] of [[6, 7, 1], [0, 7, 32], [18, 4, 64]] as const) {
    const env = manualEnv();
    const segment = filled(env);
    const { position } = segment.translateOffset(damaged)!;
    const size = segment.size;
    overwrite(
      env,
      path,
      position + byte,
      Uint8Array.of(fileBytes(env, path)[position + byte]! | bit),
    );
    assertEquals(recover(segment), size - position);
    assertEquals(segment.readNextOffset(), damaged);
    assert(String(env.logger.lines[0]!.fields.reason).includes("jump"));
  }
});

Deno.test("recovery keeps gaps between the offsets of batches, also before a torn or a zeroed end", () => {
  for (
    const tail of [new Uint8Array(0), new Uint8Array(100), batch(60, ["torn"]).subarray(0, 40)]
  ) {
    const env = manualEnv();
    const segment = openSegment(env);
    for (const offset of [5, 9, 50]) append(segment, offset, [`value ${offset}`]);
    const { size } = segment;
    segment.close();
    writeFile(env, path, join(fileBytes(env, path), tail));
    const again = openSegment(env);
    assertEquals(recover(again), tail.length);
    assertEquals(offsetsOf(again).map(([base]) => base), [5, 9, 50]);
    assertEquals(again.size, size);
  }
});
