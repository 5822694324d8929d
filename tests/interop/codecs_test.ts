import { assert, assertEquals } from "@std/assert";
import { buildEndTransactionMarker } from "../../storage/record/control_record.ts";
import {
  buildBatch,
  type NewRecord,
  type RecordBatchOptions,
} from "../../storage/record/record_batch_builder.ts";
import type { Compression } from "../../storage/record/compression_type.ts";
import { pseudoRandom } from "../support/pseudo_random.ts";
import { java } from "./kafka/apache_kafka.ts";
import { batchLines, digest } from "./kafka/batch_lines.ts";

/** The engine and Kafka's record classes write batches for each other, in every codec and at levels of all kinds. */

const START = 1_700_000_000_000;
const VALUE_SIZES: readonly number[][] = [
  [0],
  [1],
  [5, 100, 3],
  [60_000],
  [200_000, 70_000, 10],
  [65_536, 32_768, 65_535],
  Array(150).fill(100),
];
const COMPRESSIONS: readonly Compression[] = [
  { type: "none" },
  { type: "snappy" },
  ...[undefined, -1, 1, 9].map((level) => compression("gzip", level)),
  ...[undefined, 1, 3, 5, 9, 12, 17].map((level) => compression("lz4", level)),
  ...[undefined, -131072, -5, 1, 3, 19, 22].map((level) => compression("zstd", level)),
];

function compression(type: Compression["type"], level: number | undefined): Compression {
  return level === undefined ? { type } : { type, level };
}

const KINDS: Readonly<Record<string, RecordBatchOptions>> = {
  plain: {},
  appendTime: { timestampType: "LogAppendTime", logAppendTime: START + 999 },
  transactional: {
    producerId: 7,
    producerEpoch: 1,
    // The third record's sequence is 0 again.
    baseSequence: 2 ** 31 - 2,
    isTransactional: true,
  },
  cleaned: { deleteHorizonMs: START + 86_400_000 },
};

const random = pseudoRandom(99);

/** Noise, a few letters, or something that repeats: codecs take a different way through each. */
function content(length: number, kind: string): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => {
    if (kind === "plain") return random() * 256;
    return kind === "appendTime" ? 97 + random() * 4 : (i * i >> 5) & 255;
  });
}

function newRecord(offset: number, valueSize: number, kind: string): NewRecord {
  return {
    offset,
    timestamp: START + Math.floor(random() * 1e6),
    key: random() < 0.3 ? null : content(random() * 20, "plain"),
    value: random() < 0.1 ? null : content(valueSize, kind),
    headers: random() < 0.5 ? [] : [
      { key: "h", value: null },
      { key: "hé€", value: content(3, "plain") },
      { key: "h", value: new Uint8Array(0) },
    ],
  };
}

/** What a reader is to say of a record in a batch of these options. */
function expectedLine(record: NewRecord, i: number, options: RecordBatchOptions): string {
  const { offset, timestamp, key = null, value = null, headers = [] } = record;
  const { baseSequence, logAppendTime } = options;
  const sequence = baseSequence === undefined ? -1 : (baseSequence + i) % 2 ** 31;
  const headerWords = headers.map((header) => `${header.key}=${digest(header.value)}`);
  return `record ${offset} at ${logAppendTime ?? timestamp} #${sequence} ${digest(key)} ` +
    `${digest(value)} [${headerWords.join(", ")}]`;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function withFile(test: (file: string) => Promise<void>): Promise<void> {
  const file = await Deno.makeTempFile({ suffix: ".log" });
  try {
    await test(file);
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("Kafka's record classes read what the engine writes, in every codec", () =>
  withFile(async (file) => {
    const expected: string[] = [];
    let offset = 0;
    const batches: Uint8Array[] = [];
    for (const compression of COMPRESSIONS) {
      for (const sizes of VALUE_SIZES) {
        for (const [kind, options] of Object.entries(KINDS)) {
          const records = sizes.map((size) => {
            // Compaction leaves gaps.
            if (kind === "cleaned") offset += Math.floor(random() * 3);
            return newRecord(offset++, size, kind);
          });
          const batch = buildBatch(records, {
            ...options,
            baseOffset: records[0]!.offset!,
            compression,
            partitionLeaderEpoch: 3,
          });
          batches.push(batch.slice());
          records.forEach((record, i) => expected.push(expectedLine(record, i, options)));
          if (kind !== "transactional") continue;
          const type = random() < 0.5 ? "COMMIT" : "ABORT";
          batches.push(
            buildEndTransactionMarker({
              ...{ offset, timestamp: START + 1000, producerId: 7, producerEpoch: 1, type },
              ...{ coordinatorEpoch: 5, partitionLeaderEpoch: 3 },
            }).slice(),
          );
          expected.push(`marker ${offset++} at ${START + 1000} ${type} by 5`);
        }
      }
    }
    await Deno.writeFile(file, concat(batches));
    const theirs = await java("ReadBatches", file);
    assertEquals(theirs.filter((line) => !line.startsWith("batch")), expected);
    assertEquals(theirs, batchLines(await Deno.readFile(file)));
  }));

for (const magic of [0, 1, 2]) {
  Deno.test(`batches of magic ${magic} are read as Kafka's record classes read them, in every codec`, () =>
    withFile(async (file) => {
      await java("WriteBatches", file, String(magic));
      const ours = batchLines(await Deno.readFile(file));
      assert(ours.length > 100);
      assertEquals(ours, await java("ReadBatches", file));
    }));
}
