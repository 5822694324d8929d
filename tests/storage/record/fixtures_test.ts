import { assert, assertEquals } from "@std/assert";
import { compress, decompress } from "../../../storage/record/compression.ts";
import { batchesIn } from "../../../storage/record/memory_records.ts";
import type { Record } from "../../../storage/record/record.ts";
import { RECORD_BATCH_OVERHEAD, RecordBatch } from "../../../storage/record/record_batch.ts";
import {
  RecordBatchBuilder,
  type RecordBatchOptions,
} from "../../../storage/record/record_batch_builder.ts";

const fixtures = new URL("../../fixtures/", import.meta.url);
const text = new TextDecoder("utf-8", { ignoreBOM: true });

function* logFiles(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, fixtures))) {
    if (isDirectory) yield* logFiles(`${folder}${name}/`);
    else if (name.endsWith(".log")) yield folder + name;
  }
}

function batchesOf(path: string): RecordBatch[] {
  const batches = [...batchesIn(Deno.readFileSync(new URL(path, fixtures)))];
  assert(batches.every((batch) => batch instanceof RecordBatch));
  return batches as RecordBatch[];
}

const paths = ["broker/", "states/"].flatMap((folder) => [...logFiles(folder)]);

/** A record's line in the output of Kafka's dump-log, up to what is printed of a control record or binary value. */
function dumpLine(batch: RecordBatch, record: Record): string {
  const { offset, timestamp, keySize, valueSize, sequence } = record;
  const headerKeys = record.headers.map((header) => header.key).join(",");
  let line = `| offset: ${offset} ${batch.timestampType}: ${timestamp} keySize: ${keySize} ` +
    `valueSize: ${valueSize} sequence: ${sequence} headerKeys: [${headerKeys}]`;
  if (batch.isControlBatch) return line;
  const head = line;
  if (record.hasKey) line += ` key: ${text.decode(record.key!)}`;
  if (record.hasValue) line += ` payload: ${text.decode(record.value!)}`;
  // What is not UTF-8, Java replaces by another number of signs.
  return line.includes("\ufffd") ? head : `${line}\n`;
}

Deno.test("every record of every fixture is read as Kafka's dump-log reads it", () => {
  let records = 0;
  for (const path of paths) {
    const expected = Deno.readTextFileSync(new URL(`expected/${path}.txt`, fixtures));
    let from = 0;
    for (const batch of batchesOf(path)) {
      batch.ensureValid();
      let count = 0;
      for (const record of batch.records()) {
        const line = dumpLine(batch, record);
        const at = expected.indexOf(line, from);
        assert(at >= 0, `${path}: ${line}`);
        from = at + line.length;
        count++;
      }
      assertEquals(count, batch.count);
      records += count;
    }
    assertEquals(expected.indexOf("\n| offset: ", from), -1, `${path}: records left`);
  }
  assert(records > 2500, `${records}`);
});

function optionsOf(batch: RecordBatch): RecordBatchOptions {
  return {
    baseOffset: batch.baseOffset,
    timestampType: batch.timestampType,
    logAppendTime: batch.maxTimestamp,
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    isTransactional: batch.isTransactional,
    isControlBatch: batch.isControlBatch,
    partitionLeaderEpoch: batch.partitionLeaderEpoch,
    ...(batch.deleteHorizonMs === undefined ? {} : { deleteHorizonMs: batch.deleteHorizonMs }),
  };
}

function rebuild(batch: RecordBatch, options: RecordBatchOptions): RecordBatch {
  const builder = new RecordBatchBuilder(options);
  for (const { offset, timestamp, key, value, headers } of batch.records()) {
    builder.appendWithOffset(offset, timestamp, key, value, headers);
  }
  if (builder.nextOffset <= batch.lastOffset) builder.overrideLastOffset(batch.lastOffset);
  return new RecordBatch(builder.build());
}

Deno.test("an uncompressed batch rebuilt from its records has Kafka's bytes", () => {
  let rebuilt = 0;
  for (const path of paths) {
    for (const batch of batchesOf(path)) {
      // With LogAppendTime a batch keeps the producer's timestamps where no reader sees them.
      if (batch.isCompressed || batch.count === 0 || batch.timestampType === "LogAppendTime") {
        continue;
      }
      const original = batch.bytes.subarray(batch.start, batch.start + batch.sizeInBytes);
      assertEquals(rebuild(batch, optionsOf(batch)).bytes, original, `${path} at ${batch.start}`);
      rebuilt++;
    }
  }
  assert(rebuilt > 1000, `${rebuilt}`);
});

Deno.test("a compressed batch rebuilt with any codec has the same records", () => {
  for (const path of paths.filter((path) => path.includes("packed-") || path.includes("mixed-"))) {
    for (const batch of batchesOf(path)) {
      for (const type of ["none", "gzip", "snappy", "lz4", "zstd"] as const) {
        const copy = rebuild(batch, { ...optionsOf(batch), compression: { type } });
        copy.ensureValid();
        assertEquals(copy.compressionType, type);
        const lines = (of: RecordBatch) => [...of].map((record) => dumpLine(of, record));
        assertEquals(lines(copy), lines(batch));
      }
    }
  }
});

Deno.test("what the Java client's codecs wrote, compressed again, gives the same bytes back", () => {
  const seen = new Set<string>();
  for (const path of paths) {
    for (const batch of batchesOf(path).filter((batch) => batch.isCompressed)) {
      const type = batch.compressionType;
      const start = batch.start + RECORD_BATCH_OVERHEAD;
      const end = batch.start + batch.sizeInBytes;
      const records = decompress(type, batch.bytes, start, end, 1 << 20, 2);
      const again = compress({ type }, records);
      assertEquals(decompress(type, again, 0, again.length, 1 << 20, 2), records);
      seen.add(type);
    }
  }
  assertEquals([...seen].sort(), ["gzip", "lz4", "snappy", "zstd"]);
});
