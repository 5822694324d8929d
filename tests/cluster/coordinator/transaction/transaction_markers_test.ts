import { assertEquals } from "@std/assert";
import { type ErrorName, KafkaError } from "../../../../client/protocol/error_codes.ts";
import type { WriteMarkers } from "../../../../cluster/coordinator/transaction/transaction_effect.ts";
import {
  TransactionMarkers,
  type TransactionMarkersOptions,
} from "../../../../cluster/coordinator/transaction/transaction_markers.ts";
import { type TopicPartition, topicPartitionKey } from "../../../../storage/file/file_names.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import { A0, B1 } from "../../../support/transactions.ts";

const PARTITION = 3;

const markers = (partitions: readonly TopicPartition[], more: Partial<WriteMarkers> = {}) => ({
  transactionalId: "t",
  producerId: 9,
  producerEpoch: 6,
  coordinatorEpoch: 7,
  committed: true,
  transactionVersion: 2,
  partitions,
  ...more,
});

/** Markers whose partitions answer as a test says: an error, or what it is to be waited for. */
function setUp(options: Partial<TransactionMarkersOptions> = {}) {
  const env = manualEnv();
  const answers = new Map<string, ErrorName>();
  const written: string[] = [];
  const told: string[] = [];
  const left = new Set<string>();
  const coordinator = { noted: undefined as ErrorName | undefined, epoch: 7 };
  const pending = new TransactionMarkers({
    env,
    write: (end, partitions) => {
      written.push(`${end.producerEpoch}: ${partitions.map(topicPartitionKey)}`);
      return partitions.map((each) => answers.get(topicPartitionKey(each)) ?? "NONE");
    },
    exists: () => true,
    told: (_transaction, _index, partitions) => {
      told.push(`${partitions.map(topicPartitionKey)}`);
      if (coordinator.noted !== undefined) throw new KafkaError(coordinator.noted);
      for (const each of partitions) left.delete(topicPartitionKey(each));
      return left.size === 0;
    },
    coordinatorEpoch: () => {
      if (coordinator.epoch < 0) throw new KafkaError("NOT_COORDINATOR");
      return coordinator.epoch;
    },
    ...options,
  });
  const add = (each: WriteMarkers) => {
    left.clear();
    for (const partition of each.partitions) left.add(topicPartitionKey(partition));
    pending.add(each, PARTITION);
  };
  return { env, answers, written, told, left, coordinator, pending, add };
}

Deno.test("where nobody has to be waited for, a transaction is complete at once", async () => {
  const test = setUp();
  test.add(markers([A0, B1]));
  assertEquals(test.written, ["6: a-0,b-1"]);
  assertEquals(test.told, ["a-0,b-1"]);
  await test.env.clock.advance(0);
  assertEquals(test.pending.pending, 0);
});

Deno.test("a transaction without partitions is complete at once as well", () => {
  const test = setUp();
  test.add(markers([]));
  assertEquals([test.written, test.told], [[], [""]]);
});

Deno.test("partitions that cannot be told are told later, and the others once", async () => {
  const passing: ErrorName[] = [
    "UNKNOWN_TOPIC_OR_PARTITION",
    "NOT_LEADER_OR_FOLLOWER",
    "NOT_ENOUGH_REPLICAS",
    "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
    "REQUEST_TIMED_OUT",
    "KAFKA_STORAGE_ERROR",
    "UNKNOWN_SERVER_ERROR",
  ];
  for (const error of passing) {
    const test = setUp();
    test.answers.set("b-1", error);
    test.add(markers([A0, B1]));
    await test.env.clock.advance(100);
    assertEquals(test.pending.pending, 1);
    assertEquals(test.told.slice(0, 2), ["a-0", ""]);
    test.answers.clear();
    await test.env.clock.advance(100);
    assertEquals(test.pending.pending, 0);
    assertEquals(test.written[0], "6: a-0,b-1");
    assertEquals(new Set(test.written.slice(1)), new Set(["6: b-1"]));
    assertEquals(test.told.at(-1), "b-1");
    const level = error === "UNKNOWN_SERVER_ERROR" ? "error" : "info";
    assertEquals(test.env.logger.lines[0]!.level, level);
  }
});

Deno.test("attempts become fewer, and go on", async () => {
  const test = setUp();
  test.answers.set("a-0", "NOT_LEADER_OR_FOLLOWER");
  test.add(markers([A0]));
  await test.env.clock.advance(10_000);
  const first = test.written.length;
  await test.env.clock.advance(10_000);
  assertEquals(test.written.length - first, 10);
});

Deno.test("partitions that there are no more, and those that cannot have one, need no marker", async () => {
  const test = setUp({ exists: ({ topic }) => topic !== "a" });
  test.add(markers([A0]));
  assertEquals([test.written, test.told], [[], ["a-0"]]);
  test.answers.set("b-1", "UNSUPPORTED_FOR_MESSAGE_FORMAT");
  test.add(markers([A0, B1]));
  await test.env.clock.advance(0);
  assertEquals(test.told.at(-1), "a-0,b-1");
  assertEquals(test.pending.pending, 0);
});

Deno.test("a coordinator that is fenced leaves the transaction alone", async () => {
  for (const error of ["TRANSACTION_COORDINATOR_FENCED", "INVALID_PRODUCER_EPOCH"] as const) {
    const test = setUp();
    test.answers.set("a-0", error);
    test.add(markers([A0, B1]));
    await test.env.clock.advance(10_000);
    assertEquals([test.written.length, test.told, test.pending.pending], [1, [], 0]);
  }
});

Deno.test("a coordinator that is one no more, or one again, leaves it to the next", async () => {
  for (const epoch of [-1, 8]) {
    const test = setUp();
    test.answers.set("a-0", "NOT_LEADER_OR_FOLLOWER");
    test.add(markers([A0]));
    test.coordinator.epoch = epoch;
    await test.env.clock.advance(1000);
    assertEquals([test.written.length, test.pending.pending], [1, 0]);
  }
});

Deno.test("later work on a transaction takes the place of earlier work", async () => {
  const test = setUp();
  test.answers.set("a-0", "NOT_LEADER_OR_FOLLOWER");
  test.add(markers([A0], { producerEpoch: 6 }));
  test.add(markers([A0], { producerEpoch: 8 }));
  await test.env.clock.advance(100);
  assertEquals(test.written.filter((line) => line.startsWith("6")).length, 1);
  test.answers.clear();
  await test.env.clock.advance(1000);
  assertEquals(test.written.at(-1), "8: a-0");
  assertEquals(test.pending.pending, 0);
});

Deno.test("a completion that cannot be noted is tried again while this is the coordinator", async () => {
  const test = setUp();
  test.coordinator.noted = "COORDINATOR_NOT_AVAILABLE";
  test.add(markers([A0]));
  await test.env.clock.advance(100);
  assertEquals(test.pending.pending, 1);
  assertEquals(test.written.length, 1);
  test.coordinator.noted = undefined;
  test.left.clear();
  await test.env.clock.advance(1000);
  assertEquals([test.pending.pending, test.written.length], [0, 1]);

  const lost = setUp();
  lost.coordinator.noted = "NOT_COORDINATOR";
  lost.add(markers([A0]));
  lost.coordinator.epoch = -1;
  await lost.env.clock.advance(1000);
  assertEquals([lost.pending.pending, lost.told.length], [0, 1]);
});

Deno.test("answers that come later are waited for", async () => {
  const answer = Promise.withResolvers<readonly ErrorName[]>();
  const noted = Promise.withResolvers<boolean>();
  const test = setUp({ write: () => answer.promise, told: () => noted.promise });
  test.add(markers([A0]));
  await test.env.clock.advance(50);
  answer.resolve(["NONE"]);
  await test.env.clock.advance(50);
  assertEquals(test.pending.pending, 1);
  noted.resolve(true);
  await test.env.clock.advance(0);
  assertEquals(test.pending.pending, 0);
});

Deno.test("many partitions are told in parts, so that others are not kept waiting", async () => {
  const test = setUp();
  let now = 0;
  test.env.clock.monotonic = () => now += 5;
  const many = Array.from({ length: 200 }, (_, partition) => ({ topic: "a", partition }));
  test.add(markers(many));
  assertEquals(test.written.length, 1);
  await test.env.clock.advance(0);
  assertEquals(test.written.length, 4);
  assertEquals(test.told[0]!.split(",").length, 200);
});

Deno.test("a failure that nobody foresaw is told, and does not reach whoever has ended the transaction", async () => {
  const test = setUp({
    write: () => {
      throw new Error("boom");
    },
  });
  test.add(markers([A0]));
  await test.env.clock.advance(0);
  assertEquals(test.env.logger.matching("Failed to end a transaction", "error").length, 1);
  assertEquals(test.pending.pending, 0);
});

Deno.test("when it is closed nothing is written any more, and nobody sleeps", async () => {
  const test = setUp();
  test.answers.set("a-0", "NOT_LEADER_OR_FOLLOWER");
  test.add(markers([A0]));
  test.pending.close();
  await test.env.clock.advance(10_000);
  assertEquals([test.written.length, test.pending.pending, test.env.clock.sleeping], [1, 0, 0]);
  test.add(markers([A0]));
  assertEquals(test.written.length, 1);
});
