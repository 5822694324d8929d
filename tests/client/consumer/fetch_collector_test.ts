import { assertEquals, assertThrows } from "@std/assert";
import { CompletedFetch } from "../../../client/consumer/completed_fetch.ts";
import {
  ConsumerError,
  IllegalConsumerStateError,
  OffsetOutOfRangeError,
} from "../../../client/consumer/consumer_errors.ts";
import { FetchBuffer } from "../../../client/consumer/fetch_buffer.ts";
import { type CollectedFetch, FetchCollector } from "../../../client/consumer/fetch_collector.ts";
import { positionAt } from "../../../client/consumer/fetch_position.ts";
import { SubscriptionState } from "../../../client/consumer/subscription_state.ts";
import { errorCode, type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import type { FetchResponsePartitionData } from "../../../client/protocol/messages/fetch.ts";
import type { TopicPartition } from "../../../storage/file/file_names.ts";
import { batchOfRecords, tp, values } from "../../support/consumer_world.ts";
import { CollectingLogger } from "../../support/manual_env.ts";

const A = tp("a");
const B = tp("b");

function setUp({ maxPollRecords = 3, reset = "earliest" as "earliest" | "none" } = {}) {
  const subscription = new SubscriptionState({ type: reset });
  subscription.assignFromUser([A, B]);
  for (const [, state] of subscription.states()) state.seekValidated(positionAt(0));
  const buffer = new FetchBuffer<Uint8Array, string>();
  let requests = 0;
  const collector = new FetchCollector<Uint8Array, string>({
    subscription,
    maxPollRecords,
    nodes: () => new Map(),
    requestMetadata: () => requests++,
    preferredUntil: () => 100,
    logger: new CollectingLogger(),
  });
  const add = (
    topicPartition: TopicPartition,
    records: Uint8Array | null,
    data: Partial<FetchResponsePartitionData> = {},
    fetchOffset = 0,
  ) =>
    buffer.add(
      new CompletedFetch<Uint8Array, string>(topicPartition, fetchOffset, {
        errorCode: 0,
        highWatermark: 50,
        lastStableOffset: 40,
        logStartOffset: 0,
        preferredReadReplica: -1,
        abortedTransactions: null,
        records,
        ...data,
      } as FetchResponsePartitionData, {
        isolationLevel: "read_uncommitted",
        checkCrcs: true,
        deserializers: {
          value: { deserialize: (bytes) => new TextDecoder().decode(bytes) },
        },
      }),
    );
  return {
    subscription,
    add,
    addError: (error: ErrorName, topicPartition = A, fetchOffset = 0) =>
      add(topicPartition, null, { errorCode: errorCode(error) }, fetchOffset),
    collect: () => collector.collect(buffer),
    requests: () => requests,
  };
}

function texts({ records }: CollectedFetch<Uint8Array, string>): unknown {
  return [...records].map(([{ topic }, list]) => [topic, ...values(list)].join(" "));
}

Deno.test("records of several partitions fill a poll, and the rest stays for the next", () => {
  const { add, collect, subscription } = setUp();
  add(A, batchOfRecords(["1", "2"]));
  add(B, batchOfRecords(["3", "4"]));
  const first = collect();
  assertEquals(texts(first), ["a 1 2", "b 3"]);
  assertEquals([...first.nextOffsets], [[A, { offset: 2 }], [B, { offset: 1 }]]);
  assertEquals(subscription.state(B).position, positionAt(1));
  assertEquals(texts(collect()), ["b 4"]);
  assertEquals(collect().isEmpty, true);
});

Deno.test("a partition that had its turn is fetched after the others", () => {
  const { add, collect, subscription } = setUp();
  add(A, batchOfRecords(["1"]));
  collect();
  assertEquals(subscription.assignedPartitions(), [B, A]);
});

Deno.test("the state of a partition is taken over from the answer", () => {
  const { add, collect, subscription } = setUp();
  add(A, null, { preferredReadReplica: 7 });
  assertEquals(collect().isEmpty, true);
  const state = subscription.state(A);
  assertEquals([state.highWatermark, state.lastStableOffset, state.logStartOffset], [50, 40, 0]);
  assertEquals([state.preferredReplica(100), state.preferredReplica(101)], [7, undefined]);
  add(A, null, { highWatermark: -1, lastStableOffset: 0, logStartOffset: -1 });
  collect();
  assertEquals([state.highWatermark, state.lastStableOffset, state.logStartOffset], [50, 0, 0]);
  assertEquals(state.preferredReplica(0), undefined);
});

Deno.test("a partition without records neither ends a poll nor loses its turn", () => {
  const { add, collect, subscription } = setUp();
  add(A, null);
  add(B, batchOfRecords(["1"]));
  assertEquals(texts(collect()), ["b 1"]);
  assertEquals(subscription.assignedPartitions(), [A, B]);
});

Deno.test("what is of an old position, of a partition that is gone, or paused is not returned", () => {
  const { add, collect, subscription } = setUp();
  add(A, batchOfRecords(["1"]));
  add(B, batchOfRecords(["2"]));
  subscription.state(A).seekValidated(positionAt(9));
  subscription.state(B).isPaused = true;
  assertEquals(collect().isEmpty, true);
  subscription.state(B).isPaused = false;
  assertEquals(texts(collect()), ["b 2"]);
  add(A, batchOfRecords(["1"]), {}, 9);
  add(B, batchOfRecords(["3"]), {}, 1);
  subscription.assignFromUser([B]);
  subscription.state(B).requestReset({ type: "latest" });
  assertEquals(collect().isEmpty, true);
});

Deno.test("a position that moves over records that are not shown is told, without records", () => {
  const { add, collect, subscription } = setUp();
  const control = batchOfRecords(["x"], {
    isControlBatch: true,
    isTransactional: true,
    producerId: 1,
    producerEpoch: 0,
  });
  add(A, control);
  const { isEmpty, records, nextOffsets } = collect();
  assertEquals([isEmpty, records.size, nextOffsets.get(A)?.offset], [false, 0, 1]);
  assertEquals(subscription.state(A).position?.offset, 1);
});

Deno.test("errors that another broker may not have ask for metadata", () => {
  for (
    const error of [
      "NOT_LEADER_OR_FOLLOWER",
      "FENCED_LEADER_EPOCH",
      "UNKNOWN_TOPIC_ID",
      "UNKNOWN_TOPIC_OR_PARTITION",
      "KAFKA_STORAGE_ERROR",
    ] as const
  ) {
    const { addError, collect, requests, subscription } = setUp();
    subscription.state(A).preferReplica(3, 10);
    addError(error);
    assertEquals(collect().isEmpty, true);
    assertEquals([requests(), subscription.state(A).preferredReplica(0)], [1, undefined], error);
    assertEquals(subscription.assignedPartitions(), [B, A]);
  }
});

Deno.test("an offset that is not there is reset, unless it is another by now, or a follower's", () => {
  const { addError, collect, subscription } = setUp();
  const state = subscription.state(A);
  addError("OFFSET_OUT_OF_RANGE", A, 5);
  collect();
  assertEquals(state.fetchState, "fetching");
  state.preferReplica(3, 10);
  addError("OFFSET_OUT_OF_RANGE");
  collect();
  assertEquals([state.fetchState, state.preferredReplica(0)], ["fetching", undefined]);
  addError("OFFSET_OUT_OF_RANGE");
  collect();
  assertEquals([state.fetchState, state.reset], ["awaiting-reset", { type: "earliest" }]);
});

Deno.test("without a policy an offset that is not there is told, once for each fetch", () => {
  const { addError, collect } = setUp({ reset: "none" });
  addError("OFFSET_OUT_OF_RANGE");
  const error = assertThrows(collect, OffsetOutOfRangeError);
  assertEquals(
    error.message,
    "Fetch position FetchPosition{offset=0, offsetEpoch=Optional.empty, currentLeader=" +
      "LeaderAndEpoch{leader=Optional.empty, epoch=absent}} is out of range for partition a-0",
  );
  assertEquals(error.offsets.get(A), 0);
  assertEquals(collect().isEmpty, true);
});

Deno.test("errors that do not pass are thrown, behind the records before them", () => {
  const { add, addError, collect } = setUp();
  add(B, batchOfRecords(["1"]));
  addError("TOPIC_AUTHORIZATION_FAILED");
  assertEquals(texts(collect()), ["b 1"]);
  const error = assertThrows(collect, KafkaError);
  assertEquals(error.message, "Not authorized to access topics: [a]");
  addError("CORRUPT_MESSAGE");
  assertThrows(
    collect,
    ConsumerError,
    "Encountered corrupt message when fetching offset 0 for topic-partition a-0",
  );
  addError("INVALID_REQUEST");
  assertThrows(
    collect,
    IllegalConsumerStateError,
    "Unexpected error code 42 while fetching at offset 0 from topic-partition a-0",
  );
  addError("UNKNOWN_SERVER_ERROR");
  addError("UNKNOWN_LEADER_EPOCH");
  assertEquals(collect().isEmpty, true);
});

Deno.test("bytes without a whole batch are an error that stays until somebody seeks", () => {
  const { add, collect, subscription } = setUp();
  add(A, batchOfRecords(["1"]).subarray(0, 40));
  for (let i = 0; i < 2; i++) {
    assertThrows(collect, ConsumerError, "Failed to make progress reading messages at a-0=0.");
  }
  subscription.state(A).seekValidated(positionAt(1));
  assertEquals(collect().isEmpty, true);
});
