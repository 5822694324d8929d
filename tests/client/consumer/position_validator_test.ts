import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { LogTruncationError } from "../../../client/consumer/consumer_errors.ts";
import { completeValidation, epochEnds } from "../../../client/consumer/position_validator.ts";
import { SubscriptionState } from "../../../client/consumer/subscription_state.ts";
import { errorCode, type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import { fetch } from "../../../client/protocol/messages/fetch.ts";
import {
  offsetForLeaderEpoch,
  type OffsetForLeaderEpochResponse,
} from "../../../client/protocol/messages/offset_for_leader_epoch.ts";
import { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";
import { batchOfRecords, take, tp, values } from "../../support/consumer_world.ts";
import { ScriptedCluster, topicId } from "../../support/scripted_cluster.ts";
import { consumerOf } from "../../support/scripted_consumer.ts";
import { join } from "../../support/segments.ts";

const T = tp("t");
const POSITION = { offset: 10, offsetEpoch: 3, currentLeader: { leader: 1, leaderEpoch: 4 } };

function awaiting(reset: "earliest" | "none" = "earliest") {
  const subscription = new SubscriptionState({ type: reset });
  subscription.assignFromUser([T]);
  subscription.state(T).seekUnvalidated(POSITION);
  const complete = (leaderEpoch: number, endOffset: number, asked = POSITION) =>
    completeValidation(subscription, T, asked, { leaderEpoch, endOffset });
  return { subscription, state: subscription.state(T), complete };
}

Deno.test("a position that the new leader has is right", () => {
  for (const end of [10, 99]) {
    const { state, complete } = awaiting();
    assertEquals(complete(3, end), undefined);
    assertEquals(state.validPosition, POSITION);
  }
});

Deno.test("a position behind the end of its epoch goes back to that end", () => {
  const { state, complete } = awaiting();
  assertEquals(complete(2, 7), { fetchOffset: 10, divergent: { offset: 7, leaderEpoch: 2 } });
  assertEquals(state.validPosition, { ...POSITION, offset: 7, offsetEpoch: 2 });
});

Deno.test("where nothing is known of the epoch the position is reset", () => {
  for (const [epoch, end] of [[-1, 5], [3, -1]] as const) {
    const { state, complete } = awaiting();
    assertEquals(complete(epoch, end), { fetchOffset: 10 });
    assertEquals([state.fetchState, state.reset?.type], ["awaiting-reset", "earliest"]);
  }
});

Deno.test("without a policy a truncation is told, and the position stays", () => {
  const { state, complete } = awaiting("none");
  assertEquals(complete(2, 7), { fetchOffset: 10, divergent: { offset: 7, leaderEpoch: 2 } });
  assertEquals([state.fetchState, state.position], ["awaiting-validation", POSITION]);
  assertEquals(complete(-1, -1), { fetchOffset: 10 });
  assertEquals(state.fetchState, "awaiting-validation");
});

Deno.test("an answer about a position that is another by now is passed over", () => {
  const { subscription, state, complete } = awaiting();
  assertEquals(complete(2, 7, { ...POSITION, offset: 9 }), undefined);
  assertEquals(state.fetchState, "awaiting-validation");
  state.completeValidation();
  assertEquals(complete(2, 7), undefined);
  subscription.unsubscribe();
  assertEquals(complete(2, 7), undefined);
});

Deno.test("ends of epochs are read; what has an error is asked again", () => {
  const positions = new TopicPartitionMap([[T, POSITION], [tp("t", 1), POSITION]]);
  const answer = (...errors: ErrorName[]): OffsetForLeaderEpochResponse => ({
    throttleTimeMs: 0,
    topics: [{
      topic: "t",
      partitions: errors.map((error, partition) => ({
        errorCode: errorCode(error),
        partition,
        leaderEpoch: 3,
        endOffset: 9,
      })),
    }],
  });
  const { ends, retry } = epochEnds(positions, answer("NONE", "FENCED_LEADER_EPOCH", "NONE"));
  assertEquals([...ends], [[T, { leaderEpoch: 3, endOffset: 9 }]]);
  assertEquals(retry, [tp("t", 1)]);
  assertEquals(epochEnds(positions, answer()).retry.length, 2);
  const strangers = new TopicPartitionMap([[tp("t", 1), POSITION]]);
  assertEquals([...epochEnds(strangers, answer("NONE", "NONE")).ends.keys()], [tp("t", 1)]);
  const error = assertThrows(
    () => epochEnds(positions, answer("TOPIC_AUTHORIZATION_FAILED")),
    KafkaError,
  );
  assertEquals(error.message, "Not authorized to access topics: [t]");
});

/** Two nodes; the leader goes from 0 to 1, which has lost all records of epoch 0 from offset 1 on. */
async function truncated(options: Parameters<typeof consumerOf>[1] = {}, highestVersion = 4) {
  const cluster = await ScriptedCluster.start(0, 1);
  cluster.highest.set("OffsetForLeaderEpoch", highestVersion);
  const [partition] = cluster.topic("t", topicId(1), 0).partitions;
  const kept = batchOfRecords(["a"], { partitionLeaderEpoch: 0 });
  partition!.records = join(
    kept,
    batchOfRecords(["b", "c"], { baseOffset: 1, partitionLeaderEpoch: 0 }),
  );
  const consumer = consumerOf(cluster, options);
  consumer.assign([T]);
  consumer.seek(T, 0);
  assertEquals(values(await take(consumer, 3)), ["a", "b", "c"]);
  const lose = () =>
    Object.assign(partition!, {
      leader: 1,
      leaderEpoch: 1,
      replicas: [1],
      records: join(
        kept,
        batchOfRecords(["x", "y", "z"], { baseOffset: 1, partitionLeaderEpoch: 1 }),
      ),
    });
  return {
    cluster,
    consumer,
    lose,
    async [Symbol.asyncDispose]() {
      await consumer.close({ timeoutMs: 0 });
      await cluster[Symbol.asyncDispose]();
    },
  };
}

Deno.test("records that were read and are lost are noticed when the leader changes", async () => {
  await using world = await truncated();
  world.lose();
  assertEquals(values(await take(world.consumer, 3)), ["x", "y", "z"]);
  const { request } = world.cluster.of(offsetForLeaderEpoch)[0]!;
  assertEquals(request, {
    replicaId: -1,
    topics: [{
      topic: "t",
      partitions: [{ partition: 0, currentLeaderEpoch: 1, leaderEpoch: 0 }],
    }],
  });
});

Deno.test("without a policy that is an error which tells where the logs part, each time", async () => {
  await using world = await truncated({ autoOffsetReset: "none" });
  const { consumer } = world;
  world.lose();
  for (let i = 0; i < 2; i++) {
    const error = await assertRejects(() => take(consumer, 1), LogTruncationError);
    assertEquals([...error.offsets], [[T, 3]]);
    assertEquals([...error.divergentOffsets], [[T, { offset: 1, leaderEpoch: 0 }]]);
  }
  consumer.seek(T, { offset: 1, leaderEpoch: 0 });
  assertEquals(values(await take(consumer, 3)), ["x", "y", "z"]);
});

Deno.test("a check that fails is made again", async () => {
  await using world = await truncated();
  world.cluster.script(offsetForLeaderEpoch, () => null);
  world.cluster.script(offsetForLeaderEpoch, ({ topics }) => ({
    topics: topics.map(({ topic }) => ({
      topic,
      partitions: [{ partition: 0, errorCode: errorCode("NOT_LEADER_OR_FOLLOWER") }],
    })),
  }));
  world.lose();
  assertEquals(values(await take(world.consumer, 1)), ["x", "y", "z"]);
  assert(world.cluster.isPlayed);
});

Deno.test("a check that is not allowed is told", async () => {
  await using world = await truncated();
  world.cluster.script(offsetForLeaderEpoch, ({ topics }) => ({
    topics: topics.map(({ topic }) => ({
      topic,
      partitions: [{ partition: 0, errorCode: errorCode("TOPIC_AUTHORIZATION_FAILED") }],
    })),
  }));
  world.lose();
  await assertRejects(
    () => take(world.consumer, 1),
    KafkaError,
    "Not authorized to access topics: [t]",
  );
  assertEquals(values(await take(world.consumer, 1)), ["x", "y", "z"]);
});

Deno.test("with brokers that cannot be asked positions are taken for right", async () => {
  await using world = await truncated({}, 2);
  world.lose();
  assertEquals(values(await take(world.consumer, 1)), ["z"]);
  assertEquals(world.cluster.of(offsetForLeaderEpoch).length, 0);
  assertEquals(world.cluster.of(fetch).at(-1)!.node, 1);
});
