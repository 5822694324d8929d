import { assertEquals, assertThrows } from "@std/assert";
import { NoOffsetForPartitionError } from "../../../client/consumer/consumer_errors.ts";
import type { OffsetAndMetadata } from "../../../client/consumer/offset_and_metadata.ts";
import { PositionUpdater } from "../../../client/consumer/position_updater.ts";
import type { PositionResets } from "../../../client/consumer/position_resets.ts";
import type { PositionValidator } from "../../../client/consumer/position_validator.ts";
import { SubscriptionState } from "../../../client/consumer/subscription_state.ts";
import type { KafkaClient } from "../../../client/kafka_client.ts";
import { MetadataCache } from "../../../client/metadata_cache.ts";
import { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";
import type { TopicPartition } from "../../../storage/file/file_names.ts";
import { tp } from "../../support/consumer_world.ts";

type Committed = TopicPartitionMap<OffsetAndMetadata | null>;

function setUp(reset: "earliest" | "none" = "earliest", hasGroup = true) {
  const subscription = new SubscriptionState({ type: reset });
  const asked: {
    partitions: readonly TopicPartition[];
    answer: PromiseWithResolvers<Committed>;
  }[] = [];
  let changes = 0;
  let requests = 0;
  const updater = new PositionUpdater({
    client: {
      metadata: new MetadataCache(),
      updater: { request: () => requests++ },
      closing: new AbortController().signal,
      isClosed: false,
    } as unknown as KafkaClient,
    subscription,
    validator: { start() {}, followLeaders() {} } as unknown as PositionValidator,
    resets: { start() {} } as unknown as PositionResets,
    committed: hasGroup
      ? (partitions) => {
        const answer = Promise.withResolvers<Committed>();
        asked.push({ partitions, answer });
        return answer.promise;
      }
      : undefined,
    onChange: () => changes++,
  });
  const settle = () => new Promise<void>((resolve) => setTimeout(resolve));
  return { subscription, updater, asked, settle, changes: () => changes, requests: () => requests };
}

Deno.test("positions are what the group has committed; those without are reset", async () => {
  const { subscription, updater, asked, settle, changes, requests } = setUp();
  subscription.assignFromUser([tp("a"), tp("b"), tp("c")]);
  assertEquals(updater.update(), false);
  assertEquals(updater.update(), false);
  assertEquals(asked.length, 1);
  assertEquals(asked[0]!.partitions, [tp("a"), tp("b"), tp("c")]);
  subscription.state(tp("c")).seekValidated({
    offset: 1,
    offsetEpoch: -1,
    currentLeader: { leader: -1, leaderEpoch: -1 },
  });
  asked[0]!.answer.resolve(
    new TopicPartitionMap<OffsetAndMetadata | null>([
      [tp("a"), { offset: 7, leaderEpoch: 2 }],
      [tp("b"), null],
      [tp("c"), { offset: 5 }],
    ]),
  );
  await settle();
  assertEquals(subscription.state(tp("a")).position?.offset, 7);
  assertEquals(subscription.state(tp("b")).reset, { type: "earliest" });
  assertEquals(subscription.state(tp("c")).position?.offset, 1);
  assertEquals([changes(), requests()], [1, 1]);
});

Deno.test("partitions that come while others are looked up are looked up as well", () => {
  const { subscription, updater, asked } = setUp();
  subscription.assignFromUser([tp("a")]);
  updater.update();
  subscription.assignFromUser([tp("a"), tp("b")]);
  updater.update();
  assertEquals(asked.map(({ partitions }) => partitions), [[tp("a")], [tp("b")]]);
});

Deno.test("what was committed before the assignment changed is asked for anew", async () => {
  const { subscription, updater, asked, settle } = setUp();
  subscription.assignFromUser([tp("a")]);
  updater.update();
  subscription.assignFromUser([tp("b")]);
  subscription.assignFromUser([tp("a")]);
  asked[0]!.answer.resolve(new TopicPartitionMap([[tp("a"), { offset: 7 }]]));
  await settle();
  assertEquals(subscription.state(tp("a")).fetchState, "initializing");
  updater.update();
  assertEquals(asked.length, 2);
});

Deno.test("what goes wrong is thrown by the next call, once", async () => {
  const { subscription, updater, asked, settle } = setUp();
  subscription.assignFromUser([tp("a")]);
  updater.update();
  asked[0]!.answer.reject(new Error("no"));
  await settle();
  assertThrows(() => updater.update(), Error, "no");
  assertEquals(updater.update(), false);
  assertEquals(asked.length, 2);
});

Deno.test("without a policy there is nothing to begin from when nothing is committed", async () => {
  const { subscription, updater, asked, settle } = setUp("none");
  subscription.assignFromUser([tp("a")]);
  updater.update();
  asked[0]!.answer.resolve(new TopicPartitionMap());
  await settle();
  assertThrows(() => updater.update(), NoOffsetForPartitionError, "[a-0]");
});

Deno.test("without a group positions are reset at once", () => {
  const { subscription, updater } = setUp("earliest", false);
  subscription.assignFromUser([tp("a")]);
  assertEquals(updater.update(), false);
  assertEquals(subscription.state(tp("a")).fetchState, "awaiting-reset");
});
