import { assert } from "@std/assert";
import { writeInt32 } from "../../../storage/bytes/byte_writer.ts";
import { crc32c } from "../../../storage/bytes/crc32c.ts";
import { StorageError } from "../../../storage/errors.ts";
import { batchesIn } from "../../../storage/record/memory_records.ts";
import { BATCH_FIELD, type CompressionType } from "../../../storage/record/record_batch.ts";
import { buildBatch } from "../../../storage/record/record_batch_builder.ts";
import { pseudoRandom, pseudoRandomBytes } from "../../support/pseudo_random.ts";

const LIMIT = 1 << 20;

/** Goes through everything in `bytes`, as a reader would that trusts nothing. Returns the bytes that came out. */
function readAll(bytes: Uint8Array): number {
  let read = 0;
  try {
    for (const batch of batchesIn(bytes)) {
      void batch.isValid;
      try {
        for (
          const { offset, timestamp, key, value, headers } of batch.records({ maxBytes: LIMIT })
        ) {
          assert(Number.isSafeInteger(offset) && Number.isSafeInteger(timestamp));
          read += (key?.length ?? 0) + (value?.length ?? 0);
          for (const header of headers) read += header.value?.length ?? 0;
        }
        void batch.lastOffset;
        void batch.lastSequence;
        void batch.maxTimestamp;
        void batch.deleteHorizonMs;
        void batch.offsetOfMaxTimestamp();
      } catch (error) {
        if (!(error instanceof StorageError)) throw error;
      }
    }
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
  }
  return read;
}

function sample(type: CompressionType): Uint8Array {
  const records = Array.from({ length: 12 }, (_, i) => ({
    timestamp: 1_700_000_000_000 + i * 1000,
    key: i % 4 === 0 ? null : pseudoRandomBytes(i, i),
    value: i % 5 === 0 ? null : new Uint8Array(i * 40).fill(i),
    headers: i % 3 === 0
      ? [{ key: "name", value: null }, { key: "é", value: new Uint8Array(3) }]
      : [],
  }));
  return buildBatch(records, { compression: { type } }).slice();
}

const legacy = Deno.readFileSync(new URL("../../fixtures/legacy/messages.log", import.meta.url));

Deno.test("batches with any bytes changed or cut off are read, or are corrupt, within bounds", () => {
  const sources = [
    ...(["none", "gzip", "snappy", "lz4", "zstd"] as const).map(sample),
    legacy.subarray(0, 2000),
    legacy.subarray(legacy.length - 2000),
  ];
  for (let seed = 0; seed < 4000; seed++) {
    const next = pseudoRandom(seed);
    const bytes = sources[seed % sources.length]!.slice();
    const cut = next() < 0.3 ? bytes.subarray(0, next() * bytes.length) : bytes;
    const changes = 1 + next() * 6;
    for (let i = 0; i < changes && cut.length > 0; i++) {
      const at = Math.floor(next() * cut.length);
      cut[at] = next() < 0.5 ? cut[at]! ^ (1 << (next() * 8)) : [0, 1, 0x7f, 0x80, 0xff][
        Math.floor(next() * 5)
      ]!;
    }
    // Half of them with a right checksum: what a hostile producer would send.
    if (next() < 0.5 && cut.length > 61 && cut[16] === 2) {
      writeInt32(cut, BATCH_FIELD.crc, crc32c(cut, BATCH_FIELD.attributes));
    }
    const start = performance.now();
    let read = 0;
    try {
      read = readAll(cut);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
    assert(read <= 8 * LIMIT, `seed ${seed}: ${read} bytes`);
    assert(performance.now() - start < 2000, `seed ${seed}: slow`);
  }
});

Deno.test("any bytes at all are batches or corrupt", () => {
  for (let seed = 0; seed < 3000; seed++) {
    const bytes = pseudoRandomBytes(20 + (seed % 300), seed);
    bytes.fill(0, 0, 10);
    bytes[11] = bytes.length - 12;
    bytes[16] = seed % 3;
    readAll(bytes);
  }
});
