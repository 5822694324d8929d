import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  CorruptRecordError,
  InvalidRecordError,
  LogDirError,
  LogUnavailableError,
  StorageError,
} from "../../../storage/errors.ts";
import type { LogFile } from "../../../storage/file/file_system.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import type { CompressionType } from "../../../storage/record/compression.ts";
import { FileRecords, MAX_LOG_FILE_SIZE } from "../../../storage/segment/file_records.ts";
import { type ManualEnv, manualEnv, SeededRandom } from "../../support/manual_env.ts";
import {
  batch,
  fileBytes,
  join,
  legacyMessage,
  overwrite,
  writeFile,
} from "../../support/segments.ts";

const path = "/00000000000000000000.log";

function filled(env: ManualEnv, ...batches: Uint8Array[]): FileRecords {
  const records = FileRecords.open(env.fileSystem, path);
  for (const each of batches) records.append(each, 0, each.length);
  return records;
}

/** A file system that has `change` do something to every file it opens. */
function watching(change: (file: LogFile) => void): MemoryFileSystem {
  class Watching extends MemoryFileSystem {
    override open(...args: Parameters<MemoryFileSystem["open"]>): LogFile {
      const file = super.open(...args);
      change(file);
      return file;
    }
  }
  return new Watching();
}

const three = [batch(0, ["abcd"]), batch(1, ["efgh", "ij"]), batch(3, ["kl"])];

function offsets(records: FileRecords, start?: number, end?: number): number[] {
  return [...records.batches(start, end)].flatMap((each) =>
    [...each.records()].map((record) => record.offset)
  );
}

Deno.test("an append returns where it begins, and the size is that of all", () => {
  const env = manualEnv();
  const records = FileRecords.open(env.fileSystem, path);
  assert(records.isNew);
  let position = 0;
  for (const each of three) {
    assertEquals(records.append(each, 0, each.length), position);
    position += each.length;
    assertEquals(records.sizeInBytes, position);
  }
  const padded = join(new Uint8Array(5), three[0]!, new Uint8Array(6));
  records.append(padded, 5, 5 + three[0]!.length);
  assertEquals(fileBytes(env, path), join(...three, three[0]!));
  const again = FileRecords.open(env.fileSystem, path);
  assert(!again.isNew);
  assertEquals(again.sizeInBytes, position + three[0]!.length);
});

Deno.test("an append is one write", () => {
  const writes: number[] = [];
  const fileSystem = watching((file) => {
    const write = file.write.bind(file);
    file.write = (position, source, start = 0, end = source.length) => {
      writes.push(end - start);
      write(position, source, start, end);
    };
  });
  const records = FileRecords.open(fileSystem, path);
  const all = join(...three);
  records.append(all, 0, all.length);
  records.append(three[0]!, 0, three[0]!.length);
  assertEquals(writes, [all.length, three[0]!.length]);
});

Deno.test("the file never gets larger than 2^31 - 1 bytes, and a larger one is not opened", () => {
  const env = manualEnv();
  const large = (size: number) =>
    ({
      ...env.fileSystem,
      stat: () => ({ size, modifiedMs: 0, isDirectory: false }),
      open: env.fileSystem.open.bind(env.fileSystem),
    }) as unknown as MemoryFileSystem;
  assertThrows(
    () => FileRecords.open(large(MAX_LOG_FILE_SIZE + 1), path),
    CorruptRecordError,
    "2147483648",
  );
  const records = FileRecords.open(large(MAX_LOG_FILE_SIZE - 100), path);
  const bytes = new Uint8Array(101);
  const error = assertThrows(() => records.append(bytes, 0, 101), InvalidRecordError, "too large");
  assertEquals(error.code, "RECORD_LIST_TOO_LARGE");
  assertEquals(records.sizeInBytes, MAX_LOG_FILE_SIZE - 100);
});

Deno.test("batches come one after another, and a torn tail is left out", () => {
  const env = manualEnv();
  const records = filled(env, ...three);
  assertEquals(offsets(records), [0, 1, 2, 3]);
  assertEquals(offsets(records), [0, 1, 2, 3], "reading moves nothing");
  records.append(batch(4, ["torn"]), 0, 40);
  assertEquals(offsets(records), [0, 1, 2, 3]);
  records.append(new Uint8Array(3), 0, 3);
  assertEquals(offsets(records), [0, 1, 2, 3]);
});

Deno.test("batches can start at any batch and end anywhere", () => {
  const records = filled(manualEnv(), ...three);
  const [first, second] = three.map((each) => each.length) as [number, number];
  assertEquals(offsets(records, first), [1, 2, 3]);
  assertEquals(offsets(records, first, first + second), [1, 2]);
  assertEquals(offsets(records, first, first + second - 1), []);
  assertEquals(offsets(records, first + second, first + second), []);
  assertEquals(offsets(records, 1 << 20), []);
});

Deno.test("batches larger than a chunk, and across the end of one, come whole", () => {
  const env = manualEnv();
  const random = new SeededRandom(3);
  const sizes = [10, 700_000, 400_000, 2_500_000, 5, 1_048_576 - 90, 30, 3_000_000, 1];
  const batches = sizes.map((size, i) =>
    batch(i, [String.fromCharCode(97 + random.below(26)).repeat(size)])
  );
  const records = filled(env, ...batches);
  let i = 0;
  for (const each of records.batches()) {
    each.ensureValid();
    assertEquals(
      each.bytes.subarray(each.start, each.start + each.sizeInBytes),
      batches[i++]!,
    );
  }
  assertEquals(i, sizes.length);
});

Deno.test("batches of every codec and magic are found, a message of old formats is a batch", () => {
  const env = manualEnv();
  const codecs: CompressionType[] = ["none", "gzip", "snappy", "lz4", "zstd"];
  const parts = codecs.map((type, i) =>
    batch(i * 2, ["value".repeat(30), "more"], { compression: { type } })
  );
  parts.push(legacyMessage(10, 1, 500, "one"), legacyMessage(11, 0, 0, "zero"));
  const records = filled(env, ...parts);
  assertEquals(offsets(records), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  const batches = [...records.batches()];
  assertEquals(batches.map((each) => each.magic), [2, 2, 2, 2, 2, 1, 0]);
  assertEquals(records.searchForTimestamp(500, 0, 0), { timestamp: 500, offset: 10 });
  assertEquals(records.searchForOffsetFromPosition(11, 0)?.offset, 11);
  assertEquals(records.lastOffsetAfter(0), 11);
});

Deno.test("a size that makes no sense is an error that tells the position", () => {
  const env = manualEnv();
  const records = filled(env, ...three);
  overwrite(env, path, three[0]!.length + 8, Uint8Array.of(0, 0, 0, 0));
  const read: number[] = [];
  const error = assertThrows(() => {
    for (const each of records.batches()) read.push(each.lastOffset);
  }, CorruptRecordError);
  assertEquals(read, [0]);
  assert(error.message.includes(`position ${three[0]!.length}`), error.message);
});

Deno.test("a search by offset gives the first batch that reaches it", () => {
  const records = filled(
    manualEnv(),
    batch(5, ["a", "b", "c"]), // 5-7
    batch(10, ["d"]),
    batch(15, ["e", "f"]), // 15-16
  );
  const sizes = [...records.batches()].map((each) => each.sizeInBytes);
  const at = (n: number) => ({
    offset: [5, 10, 15][n]!,
    position: sizes.slice(0, n).reduce((sum, size) => sum + size, 0),
    size: sizes[n]!,
  });
  for (const [target, n] of [[0, 0], [5, 0], [6, 0], [7, 0], [8, 1], [10, 1], [11, 2], [16, 2]]) {
    assertEquals(records.searchForOffsetFromPosition(target!, 0), at(n!), `offset ${target}`);
  }
  assertEquals(records.searchForOffsetFromPosition(17, 0), undefined);
  assertEquals(records.searchForOffsetFromPosition(5, sizes[0]!), at(1), "from a later place");
  assertEquals(filled(manualEnv()).searchForOffsetFromPosition(0, 0), undefined);
});

Deno.test("a search by timestamp gives the first record that is not older, with its leader's epoch", () => {
  const records = filled(
    manualEnv(),
    batch(1, ["a", "b"], { partitionLeaderEpoch: 0 }), // timestamps 10 and 20
    batch(3, ["c"], { partitionLeaderEpoch: 1 }), // 30
    batch(5, ["d", "e", "f"], { compression: { type: "lz4" } }), // 50 to 70
  );
  assertEquals(records.searchForTimestamp(0, 0, 0), { timestamp: 10, offset: 1, leaderEpoch: 0 });
  assertEquals(records.searchForTimestamp(11, 0, 0), { timestamp: 20, offset: 2, leaderEpoch: 0 });
  assertEquals(records.searchForTimestamp(21, 0, 0), { timestamp: 30, offset: 3, leaderEpoch: 1 });
  assertEquals(records.searchForTimestamp(55, 0, 0), { timestamp: 60, offset: 6 });
  assertEquals(records.searchForTimestamp(71, 0, 0), undefined);
  assertEquals(records.searchForTimestamp(0, 0, 6), { timestamp: 60, offset: 6 });
  assertEquals(records.searchForTimestamp(0, 0, 8), undefined);
});

Deno.test("the largest timestamp is that of the first batch to have it", () => {
  const records = filled(
    manualEnv(),
    batch(0, ["a", "b"], { maxTimestamp: 100 }),
    batch(2, ["c"], { maxTimestamp: 300, partitionLeaderEpoch: 4 }),
    batch(3, ["d"], { maxTimestamp: 300 }),
    batch(4, ["e"], { maxTimestamp: 200 }),
  );
  assertEquals(records.largestTimestampAfter(0), { timestamp: 300, offset: 2, leaderEpoch: 4 });
  const behind = [...records.batches()].slice(0, 3).reduce(
    (sum, each) => sum + each.sizeInBytes,
    0,
  );
  assertEquals(records.largestTimestampAfter(behind), { timestamp: 200, offset: 4 });
  assertEquals(filled(manualEnv()).largestTimestampAfter(0), undefined);
  assertEquals(records.firstBatchTimestamp(), 100);
  assertEquals(filled(manualEnv()).firstBatchTimestamp(), undefined);
});

Deno.test("a read ends with the records, wherever the file does", () => {
  const env = manualEnv();
  const records = FileRecords.open(env.fileSystem, path, { preallocate: 4096 });
  for (const each of three) records.append(each, 0, each.length);
  const all = join(...three);
  const target = new Uint8Array(all.length + 10);
  assertEquals(records.readInto(0, target, 3, 4096), all.length);
  assertEquals(target.subarray(3, 3 + all.length), all);
  assertEquals(records.readInto(10, target, 0, 20), 20);
  assertEquals(target.subarray(0, 20), all.subarray(10, 30));
  assertEquals(records.readInto(all.length, target, 0, 20), 0);
  assertEquals(records.readInto(all.length + 99, target, 0, 20), 0);
});

Deno.test("bytes that were just found come from memory, those since changed do not", () => {
  const env = manualEnv();
  const records = filled(env, ...three);
  const size = three[0]!.length;
  const target = new Uint8Array(size);
  const other = batch(0, ["zzzz"]);
  const find = () => {
    records.searchForOffsetFromPosition(0, 0);
    records.expectRead(0, size);
  };
  find();
  records.truncateTo(0);
  records.append(other, 0, size);
  records.readInto(0, target, 0, size);
  assertEquals(target, other);
  find();
  overwrite(env, path, 0, three[0]!);
  records.readInto(0, target, 0, size);
  assertEquals(target, other, "the bytes that were found");
  records.readInto(0, target, 0, size);
  assertEquals(target, three[0], "and then those on disk");
});

Deno.test("truncation cuts the file, keeps within it, and leaves one of that size alone", () => {
  let truncations = 0;
  const fileSystem = watching((file) => {
    const truncate = file.truncate.bind(file);
    file.truncate = (size) => {
      truncations++;
      truncate(size);
    };
  });
  const records = FileRecords.open(fileSystem, path);
  for (const each of three) records.append(each, 0, each.length);
  const size = records.sizeInBytes;
  assertEquals(records.truncateTo(size), 0);
  records.trim();
  assertEquals(truncations, 0);
  assertThrows(() => records.truncateTo(size + 1), StorageError);
  assertThrows(() => records.truncateTo(-1), StorageError);
  assertEquals(records.truncateTo(three[0]!.length + 5), size - three[0]!.length - 5);
  assertEquals(offsets(records), [0]);
  assertEquals(fileSystem.stat(path)?.size, three[0]!.length + 5);
  assertEquals(truncations, 1);
});

Deno.test("a preallocated file has its size from the start and is trimmed to its records", () => {
  const env = manualEnv();
  const records = FileRecords.open(env.fileSystem, path, { preallocate: 1 << 20 });
  assertEquals([records.sizeInBytes, env.fileSystem.stat(path)?.size], [0, 1 << 20]);
  for (const each of three) records.append(each, 0, each.length);
  assertEquals(env.fileSystem.stat(path)?.size, 1 << 20);
  assertEquals(offsets(records), [0, 1, 2, 3]);
  records.trim();
  assertEquals(fileBytes(env, path), join(...three));
  const again = FileRecords.open(env.fileSystem, path, { preallocate: 1 << 20 });
  assertEquals(again.sizeInBytes, join(...three).length, "one that is there is not made anew");
});

Deno.test("without preallocation the file grows with its records", () => {
  const env = manualEnv();
  const records = FileRecords.open(env.fileSystem, path);
  assertEquals(env.fileSystem.stat(path)?.size, 0);
  records.append(three[0]!, 0, three[0]!.length);
  assertEquals(env.fileSystem.stat(path)?.size, three[0]!.length);
});

Deno.test("what a failed write left behind is written over, and trimmed", () => {
  let fail = false;
  const fileSystem = watching((file) => {
    const write = file.write.bind(file);
    file.write = (position, source, start = 0, end = source.length) => {
      if (!fail) return write(position, source, start, end);
      write(position, source, start, start + ((end - start) >> 1));
      throw new LogDirError(path, "no space");
    };
  });
  const records = FileRecords.open(fileSystem, path);
  records.append(three[0]!, 0, three[0]!.length);
  fail = true;
  assertThrows(() => records.append(three[1]!, 0, three[1]!.length), LogDirError);
  fail = false;
  assertEquals(records.sizeInBytes, three[0]!.length);
  assert(fileSystem.stat(path)!.size > three[0]!.length);
  records.trim();
  assertEquals(fileSystem.stat(path)!.size, three[0]!.length);
  records.append(three[1]!, 0, three[1]!.length);
  assertEquals(offsets(records), [0, 1, 2]);
});

Deno.test("a closed file refuses, a released one opens again, a read-only one is not made or written", () => {
  const env = manualEnv();
  assertThrows(() => FileRecords.open(env.fileSystem, path, { readOnly: true }), LogDirError);
  const records = filled(env, ...three);
  records.release();
  assertEquals(offsets(records), [0, 1, 2, 3]);
  records.close();
  records.close();
  assertThrows(() => offsets(records), LogUnavailableError);
  assertThrows(() => records.append(three[0]!, 0, 5), LogUnavailableError);
  const readOnly = FileRecords.open(env.fileSystem, path, { readOnly: true });
  assertEquals(offsets(readOnly), [0, 1, 2, 3]);
  assertThrows(() => readOnly.append(three[0]!, 0, 5), LogDirError);
  readOnly.close();
});

Deno.test("the file follows a rename, open or not, and can be removed", () => {
  const env = manualEnv();
  const records = filled(env, ...three);
  records.renameTo("/a.log");
  records.release();
  records.renameTo("/b.log");
  assertEquals(offsets(records), [0, 1, 2, 3]);
  assertEquals([records.path, env.fileSystem.stat("/a.log")], ["/b.log", undefined]);
  writeFile(env, "/a.log", new Uint8Array(1));
  records.deleteIfExists();
  records.deleteIfExists();
  assertEquals(env.fileSystem.stat("/b.log"), undefined);
});

Deno.test("any bytes give batches, an end or a typed error", () => {
  const random = new SeededRandom(11);
  const good = join(...three);
  for (let round = 0; round < 500; round++) {
    const env = manualEnv();
    const bytes = round % 2 === 0 ? random.bytes(random.below(300)) : good.slice();
    for (let n = random.below(4); n > 0 && bytes.length > 0; n--) {
      bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
    }
    writeFile(env, path, bytes);
    const records = FileRecords.open(env.fileSystem, path);
    for (
      const use of [
        () => offsets(records),
        () => records.searchForOffsetFromPosition(random.below(5), 0),
        () => records.searchForTimestamp(random.below(50), 0, 0),
        () => records.largestTimestampAfter(0),
        () => records.lastOffsetAfter(0),
      ]
    ) {
      try {
        use();
      } catch (error) {
        assert(error instanceof StorageError, String(error));
      }
    }
  }
});

Deno.test("a length that reaches beyond the file is an error of every search, not the end of the records", () => {
  const env = manualEnv();
  const first = batch(0, ["first"]);
  const records = filled(env, first, batch(1, ["second"]), batch(2, ["third"]));
  overwrite(env, path, first.length + 8, Uint8Array.of(0x40));
  records.release();
  assertEquals(records.searchForOffsetFromPosition(0, 0)?.position, 0);
  const message = `at position ${first.length}`;
  const searches = [
    () => records.searchForOffsetFromPosition(1, 0),
    () => records.searchForTimestamp(Number.MAX_SAFE_INTEGER, 0, 0),
    () => records.lastOffsetAfter(0),
  ];
  for (const search of searches) assertThrows(search, CorruptRecordError, message);
});

Deno.test("a file that has become shorter is the disk's error: its batches do not just end", () => {
  const env = manualEnv();
  const records = filled(env, batch(0, ["first"]), batch(1, ["second"]));
  const file = env.fileSystem.open(path);
  file.truncate(file.size() - 80);
  file.close();
  assertThrows(() => [...records.batches()], LogDirError, "it ends at");
  const target = new Uint8Array(records.sizeInBytes);
  assertThrows(() => records.readInto(0, target, 0, target.length), LogDirError, "it ends at");
});
