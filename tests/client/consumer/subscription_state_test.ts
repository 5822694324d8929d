import { assertEquals, assertThrows } from "@std/assert";
import {
  IllegalConsumerStateError,
  NoOffsetForPartitionError,
} from "../../../client/consumer/consumer_errors.ts";
import { positionAt } from "../../../client/consumer/fetch_position.ts";
import { SubscriptionState } from "../../../client/consumer/subscription_state.ts";

const a0 = { topic: "a", partition: 0 };
const a1 = { topic: "a", partition: 1 };
const b0 = { topic: "b", partition: 0 };
const earliest = () => new SubscriptionState({ type: "earliest" });

Deno.test("topics, a pattern and named partitions exclude each other until there is no subscription", () => {
  const state = earliest();
  const text = "Subscription to topics, partitions and pattern are mutually exclusive";
  assertEquals(state.subscribe(["a"]), true);
  assertEquals([state.type, state.isAutoAssigned], ["topics", true]);
  assertThrows(() => state.subscribePattern(/a/), IllegalConsumerStateError, text);
  assertThrows(() => state.assignFromUser([a0]), IllegalConsumerStateError, text);
  state.unsubscribe();
  state.subscribePattern(/a/);
  assertThrows(() => state.subscribe(["a"]), IllegalConsumerStateError, text);
  state.unsubscribe();
  state.assignFromUser([a0]);
  assertThrows(() => state.subscribe(["a"]), IllegalConsumerStateError, text);
  assertThrows(() => state.groupSubscribe(["a"]), IllegalConsumerStateError, text);
  assertThrows(() => state.assignFromSubscribed([a0]), IllegalConsumerStateError, "manual");
  assertThrows(() => state.subscribeFromPattern(["a"]), IllegalConsumerStateError, "pattern");
  assertEquals(state.topics.size, 0);
});

Deno.test("partitions that stay keep what is known of them, and each change counts", () => {
  const state = earliest();
  assertEquals(state.assignFromUser([a0, a1]), true);
  state.state(a0).seekValidated(positionAt(5));
  const { assignmentId } = state;
  assertEquals(state.assignFromUser([a1, a0]), false);
  assertEquals(state.assignmentId, assignmentId);
  assertEquals(state.assignFromUser([a0, b0]), true);
  assertEquals(state.assignmentId, assignmentId + 1);
  assertEquals(state.state(a0).position, positionAt(5));
  assertEquals(state.assignedPartitions(), [a0, b0]);
  assertEquals([...state.metadataTopics], ["a", "b"]);
  assertThrows(
    () => state.state(a1),
    IllegalConsumerStateError,
    "No current assignment for partition a-1",
  );
});

Deno.test("the metadata of the whole group is wanted by the one that assigns", () => {
  const state = earliest();
  state.subscribe(["a"]);
  assertEquals(state.groupSubscribe(["a"]), false);
  assertEquals(state.groupSubscribe(["a", "b"]), true);
  assertEquals([...state.metadataTopics].sort(), ["a", "b"]);
  assertEquals([state.needsMetadata("b"), state.needsMetadata("c")], [true, false]);
  state.subscribe(["c"]);
  assertEquals([...state.metadataTopics].sort(), ["a", "b", "c"]);
  state.resetGroupSubscription();
  assertEquals([...state.metadataTopics], ["c"]);
});

Deno.test("a pattern is matched anew for each topic, whatever its flags", () => {
  const state = earliest();
  state.subscribePattern(/^a/g);
  assertEquals([state.matchesPattern("ab"), state.matchesPattern("ab")], [true, true]);
  assertEquals(state.matchesPattern("ba"), false);
  assertEquals(state.subscribeFromPattern(["ab"]), true);
  assertEquals(state.subscribeFromPattern(["ab"]), false);
  assertEquals([...state.topics], ["ab"]);
  assertEquals(state.matchesSubscription([{ topic: "ax", partition: 0 }]), true);
  assertEquals(state.matchesSubscription([b0]), false);
});

Deno.test("partitions of topics that are no longer subscribed to are not fetched, and do not match", () => {
  const state = earliest();
  state.subscribe(["a", "b"]);
  state.assignFromSubscribed([a0, b0]);
  for (const [, partition] of state.states()) partition.seekValidated(positionAt(0));
  assertEquals([state.isFetchable(a0), state.isFetchable(b0)], [true, true]);
  state.subscribe(["a"]);
  assertEquals([state.isFetchable(a0), state.isFetchable(b0)], [true, false]);
  assertEquals([state.matchesSubscription([a0]), state.matchesSubscription([b0])], [true, false]);
  assertEquals(state.isFetchable(a1), false);
});

Deno.test("positions that can be read from are what is committed", () => {
  const state = earliest();
  state.assignFromUser([b0, a0, a1]);
  state.state(a0).seekValidated(positionAt(5));
  state.state(a1).seekValidated({ ...positionAt(6), offsetEpoch: 3 });
  assertEquals([...state.allConsumed()], [[a0, { offset: 5 }], [a1, {
    offset: 6,
    leaderEpoch: 3,
  }]]);
  assertEquals(state.hasAllPositions(), false);
  state.state(b0).seekValidated(positionAt(0));
  assertEquals(state.hasAllPositions(), true);
});

Deno.test("partitions without a position are reset, those that are included", () => {
  const state = earliest();
  state.assignFromUser([a0, a1]);
  assertEquals(state.initializingPartitions(), [a0, a1]);
  state.resetInitializing(({ partition }) => partition === 1);
  assertEquals(state.initializingPartitions(), [a0]);
  assertEquals(state.partitionsNeedingReset(0), [a1]);
  state.retryAt([a1, b0], 10);
  assertEquals([state.partitionsNeedingReset(9), state.partitionsNeedingReset(10)], [[], [a1]]);
  state.markPendingRevocation([a0]);
  assertEquals(state.initializingPartitions(), []);
});

Deno.test("without a policy there is nothing to reset to", () => {
  const state = new SubscriptionState({ type: "none" });
  state.assignFromUser([a0, a1]);
  const error = assertThrows(() => state.resetInitializing(), NoOffsetForPartitionError);
  assertEquals(
    error.message,
    "Undefined offset with no reset policy for partitions: [a-0, a-1]",
  );
  assertEquals([...error.partitions], [a0, a1]);
  state.resetInitializing(() => false);
});

Deno.test("partitions that wait for a check, and paused ones, are found", () => {
  const state = earliest();
  state.assignFromUser([a0, a1]);
  const currentLeader = { leader: 0, leaderEpoch: 1 };
  state.state(a0).seekUnvalidated({ offset: 1, offsetEpoch: 1, currentLeader });
  assertEquals(state.partitionsNeedingValidation(0), [a0]);
  state.retryAt([a0], 5);
  assertEquals(state.partitionsNeedingValidation(4), []);
  state.state(a1).isPaused = true;
  assertEquals(state.pausedPartitions(), [a1]);
});

Deno.test("a partition that had its turn comes last", () => {
  const state = earliest();
  state.assignFromUser([a0, a1]);
  state.moveToEnd(a0);
  assertEquals(state.assignedPartitions(), [a1, a0]);
  assertEquals([state.assignedCount, state.isAssigned(a0), state.isAssigned(b0)], [2, true, false]);
});
