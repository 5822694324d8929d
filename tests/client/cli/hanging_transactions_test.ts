import { assertEquals } from "@std/assert";
import type { Admin } from "../../../client/cli/admin_session.ts";
import { findHangingTransactions } from "../../../client/cli/hanging_transactions.ts";
import { failing } from "../../../client/cli/transactions_failure.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import type { TopicPartition } from "../../../storage/file/file_names.ts";

const MINUTE = 60_000;
const now = 100 * MINUTE;

/** Producers of partition 0 of any topic: one without a transaction, a young one, and four old ones. */
const PRODUCERS = [0, 1, 2, 3, 4, 5].map((producerId) => ({
  producerId,
  producerEpoch: 0,
  lastSequence: 0,
  lastTimestamp: producerId === 1 ? now - MINUTE : now - 20 * MINUTE,
  ...(producerId === 0 ? {} : { currentTransactionStartOffset: 10 + producerId }),
}));

const gone = new KafkaError("TRANSACTIONAL_ID_NOT_FOUND");
/** The coordinator knows of producer 3's transaction in this partition, of 4's in another, and of 5's no more. */
const DESCRIPTIONS: Readonly<Record<string, readonly TopicPartition[] | KafkaError>> = {
  three: [{ topic: "t", partition: 0 }],
  four: [{ topic: "t", partition: 1 }],
  five: gone,
};
const IDS: readonly (readonly [number, string])[] = [[3, "three"], [4, "four"], [5, "five"]];

const admin = {
  describeTopics: (topics: readonly string[]) => ({
    all: () =>
      topics.map((topic) => [topic, { partitions: [{ partition: 0, replicas: [{ id: 1 }] }] }]),
  }),
  listTopics: () => new Map([["t", {}]]),
  describeProducers: (partitions: readonly TopicPartition[]) => ({
    all: () => partitions.map((each) => [each, { activeProducers: PRODUCERS }]),
  }),
  listTransactions: () => ({
    all: () => [[1, IDS.map(([producerId, transactionalId]) => ({ producerId, transactionalId }))]],
  }),
  describeTransactions: () => ({
    error: (id: string) => DESCRIPTIONS[id] instanceof KafkaError ? DESCRIPTIONS[id] : undefined,
    get: (id: string) => ({ topicPartitions: DESCRIPTIONS[id] }),
  }),
} as unknown as Admin;

Deno.test("a transaction hangs when it is old, and its coordinator will not end it there", async () => {
  const search = { topic: "t", maxTransactionTimeoutMs: 15 * MINUTE };
  const found = await findHangingTransactions(admin, search, now, failing);
  assertEquals(found.map(({ producer }) => producer.producerId), [2, 4, 5]);
});

Deno.test("only partitions of the broker that is named are looked at", async () => {
  const search = { brokerId: 1, maxTransactionTimeoutMs: 15 * MINUTE };
  assertEquals((await findHangingTransactions(admin, search, now, failing)).length, 3);
  const other = { ...search, brokerId: 2 };
  assertEquals(await findHangingTransactions(admin, other, now, failing), []);
});
