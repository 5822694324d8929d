import { assertEquals, assertThrows } from "@std/assert";
import { CompletedFetch } from "../../../client/consumer/completed_fetch.ts";
import { ConsumerError } from "../../../client/consumer/consumer_errors.ts";
import type { IsolationLevel } from "../../../client/consumer/partition_state.ts";
import { RecordDeserializationError } from "../../../client/consumer/record_deserialization_error.ts";
import type { FetchResponsePartitionData } from "../../../client/protocol/messages/fetch.ts";
import { buildEndTransactionMarker } from "../../../storage/record/control_record.ts";
import { writeInt32 } from "../../../storage/bytes/byte_writer.ts";
import { BATCH_FIELD } from "../../../storage/record/record_batch.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { string } from "../../../storage/serde/string.ts";
import { batchOfRecords, tp, values } from "../../support/consumer_world.ts";
import { join, legacyMessage } from "../../support/segments.ts";

const PARTITION = tp("t");

function fetched(
  records: Uint8Array | null,
  options: {
    fetchOffset?: number;
    isolationLevel?: IsolationLevel;
    checkCrcs?: boolean;
    aborted?: { producerId: number; firstOffset: number }[];
  } = {},
) {
  const { fetchOffset = 0, isolationLevel = "read_uncommitted", checkCrcs = true } = options;
  const data = {
    errorCode: 0,
    records,
    abortedTransactions: options.aborted ?? null,
  } as FetchResponsePartitionData;
  const deserializers = { key: string(), value: string() };
  return new CompletedFetch<string, string>(PARTITION, fetchOffset, data, {
    isolationLevel,
    checkCrcs,
    deserializers,
  });
}

function transactional(baseOffset: number, producerId: number, ...texts: string[]): Uint8Array {
  return batchOfRecords(texts, {
    baseOffset,
    producerId,
    producerEpoch: 0,
    baseSequence: 0,
    isTransactional: true,
  });
}

function marker(type: "ABORT" | "COMMIT", offset: number, producerId: number): Uint8Array {
  return buildEndTransactionMarker({
    type,
    offset,
    producerId,
    producerEpoch: 0,
    coordinatorEpoch: 0,
    timestamp: 1,
  });
}

Deno.test("records come as many at a time as are asked for, over the borders of batches", () => {
  const fetch = fetched(join(
    batchOfRecords(["a", "b", "c"], { partitionLeaderEpoch: 3 }),
    batchOfRecords(["d"], { baseOffset: 3, partitionLeaderEpoch: 4 }),
  ));
  assertEquals(values(fetch.take(2)), ["a", "b"]);
  assertEquals([fetch.nextFetchOffset, fetch.lastEpoch, fetch.isConsumed], [2, 3, false]);
  const rest = fetch.take(10);
  assertEquals(values(rest), ["c", "d"]);
  assertEquals(rest.map(({ leaderEpoch }) => leaderEpoch), [3, 4]);
  assertEquals([fetch.nextFetchOffset, fetch.isConsumed, fetch.hasReturnedRecords], [
    4,
    true,
    true,
  ]);
  assertEquals(fetch.take(10), []);
});

Deno.test("what comes behind it is known before its records are taken", () => {
  const [first, second] = [
    batchOfRecords(["a", "b", "c"]),
    batchOfRecords(["d"], { baseOffset: 7 }),
  ];
  const whole = fetched(join(first, second));
  assertEquals(whole.endOffset, 8);
  whole.take(10);
  assertEquals([whole.endOffset, whole.nextFetchOffset], [8, 8]);
  assertEquals(fetched(join(first, second.subarray(0, -1))).endOffset, 3);
  assertEquals(fetched(legacyMessage(4, 1, 1, "old")).endOffset, 5);
  const damaged = first.slice();
  writeInt32(damaged, BATCH_FIELD.length, 3);
  assertEquals([fetched(null).endOffset, fetched(damaged).endOffset], [undefined, undefined]);
});

Deno.test("records before the offset that was asked for are passed over", () => {
  const fetch = fetched(batchOfRecords(["a", "b", "c"]), { fetchOffset: 2 });
  assertEquals(values(fetch.take(10)), ["c"]);
});

Deno.test("the end of a batch that was cut off is left for the next fetch", () => {
  const whole = batchOfRecords(["a"]);
  const cut = batchOfRecords(["b"], { baseOffset: 1 });
  const fetch = fetched(join(whole, cut.subarray(0, cut.length - 1)));
  assertEquals(fetch.isCutOff, false);
  assertEquals(values(fetch.take(10)), ["a"]);
  assertEquals(fetch.nextFetchOffset, 1);
  assertEquals(fetched(cut.subarray(0, 20)).isCutOff, true);
  assertEquals([fetched(null).isCutOff, fetched(null).sizeInBytes], [false, 0]);
});

Deno.test("offsets that compaction has emptied are passed over, up to the end of their batch", () => {
  // The last two records are gone, the batch still says where they were.
  const compacted = batchOfRecords(["a"]);
  writeInt32(compacted, BATCH_FIELD.lastOffsetDelta, 2);
  const fetch = fetched(compacted, { checkCrcs: false });
  assertEquals(values(fetch.take(10)), ["a"]);
  assertEquals(fetch.nextFetchOffset, 3);
});

Deno.test("with read_committed aborted records are hidden, others are not", () => {
  const records = join(
    transactional(0, 1, "a", "b"),
    transactional(2, 2, "c"),
    marker("ABORT", 3, 1),
    transactional(4, 1, "d"),
    marker("COMMIT", 5, 1),
    marker("COMMIT", 6, 2),
  );
  const aborted = [{ producerId: 1, firstOffset: 0 }];
  const committed = fetched(records, { isolationLevel: "read_committed", aborted });
  assertEquals(values(committed.take(10)), ["c", "d"]);
  assertEquals(committed.nextFetchOffset, 7);
  const uncommitted = fetched(records, { aborted });
  assertEquals(values(uncommitted.take(10)), ["a", "b", "c", "d"]);
});

Deno.test("a fetch of hidden records alone moves on without a record", () => {
  const records = join(transactional(0, 1, "a", "b"), marker("ABORT", 2, 1));
  const aborted = [{ producerId: 1, firstOffset: 0 }];
  const fetch = fetched(records, { isolationLevel: "read_committed", aborted });
  assertEquals(fetch.take(10), []);
  assertEquals([fetch.nextFetchOffset, fetch.isConsumed, fetch.hasReturnedRecords], [
    3,
    true,
    false,
  ]);
});

Deno.test("a record that a deserializer does not take is told behind the good ones, again and again", () => {
  const fetch = fetched(null);
  const bad = new CompletedFetch<string, string>(PARTITION, 0, {
    ...fetch.data,
    records: batchOfRecords(["a", { key: "k", value: "x" }, "b"]),
  }, {
    isolationLevel: "read_uncommitted",
    checkCrcs: true,
    deserializers: {
      value: {
        deserialize(bytes, topic, headers) {
          if (bytes[0] !== 120) return `${topic}${headers().length}`;
          throw new Error("x");
        },
      },
    },
  });
  assertEquals(values(bad.take(10)), ["t0"]);
  for (let i = 0; i < 2; i++) {
    const error = assertThrows(() => bad.take(10), RecordDeserializationError);
    assertEquals([error.origin, error.offset, (error.cause as Error).message], ["VALUE", 1, "x"]);
    assertEquals(error.record.key, new Uint8Array([107]));
  }
  assertEquals(bad.nextFetchOffset, 1);
});

Deno.test("a record may be read at the second attempt", () => {
  let attempts = 0;
  const fetch = new CompletedFetch<unknown, unknown>(
    PARTITION,
    0,
    { ...fetched(null).data, records: batchOfRecords(["a", "b"]) },
    {
      isolationLevel: "read_uncommitted",
      checkCrcs: true,
      deserializers: {
        value: {
          deserialize() {
            if (attempts++ === 0) throw new Error("not yet");
            return attempts;
          },
        },
      },
    },
  );
  assertThrows(() => fetch.take(1), RecordDeserializationError);
  assertEquals(values(fetch.take(5)), [2, 3]);
});

Deno.test("a broken batch is told behind the good ones, each time, until somebody seeks", () => {
  const broken = batchOfRecords(["b"], { baseOffset: 1 });
  broken[broken.length - 2]! ^= 1;
  const records = join(batchOfRecords(["a"]), broken);
  const fetch = fetched(records);
  assertEquals(values(fetch.take(10)), ["a"]);
  for (let i = 0; i < 2; i++) {
    const error = assertThrows(() => fetch.take(10), ConsumerError);
    assertEquals(
      error.message,
      "Received exception when fetching the next record from t-0. " +
        "If needed, please seek past the record to continue consumption.",
    );
    const cause = error.cause as Error;
    assertEquals(
      cause.message.startsWith("Record batch for partition t-0 at offset 1 is invalid"),
      true,
    );
    assertEquals((cause.cause as Error) instanceof CorruptRecordError, true);
  }
  fetch.drain();
  assertEquals(fetch.take(10), []);
  assertEquals(values(fetched(records, { checkCrcs: false }).take(10)).length, 2);
});

Deno.test("bytes that are no batches are told as such, each time", () => {
  const fetch = fetched(new Uint8Array(100).fill(0xee));
  assertEquals(fetch.isCutOff, false);
  for (let i = 0; i < 2; i++) {
    const error = assertThrows(() => fetch.take(10), ConsumerError, "from t-0");
    assertEquals(error.cause instanceof CorruptRecordError, true);
  }
});

Deno.test("records of the old formats are read as well", () => {
  const fetch = fetched(
    legacyMessage(5, 1, 9, "v"),
    {
      fetchOffset: 5,
    },
  );
  const [record] = fetch.take(10);
  assertEquals([record!.offset, record!.timestamp, record!.key, record!.value, record!.headers], [
    5,
    9,
    null,
    "v",
    [],
  ]);
  assertEquals([record!.leaderEpoch, record!.timestampType, fetch.nextFetchOffset], [
    -1,
    "CreateTime",
    6,
  ]);
});
