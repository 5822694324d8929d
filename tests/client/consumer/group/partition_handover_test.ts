import { assertEquals, assertRejects } from "@std/assert";
import { encodeAssignment } from "../../../../client/consumer/assignors/consumer_protocol.ts";
import type {
  PartitionAssignor,
  RebalanceProtocol,
} from "../../../../client/consumer/assignors/partition_assignor.ts";
import {
  ConsumerError,
  IllegalConsumerStateError,
} from "../../../../client/consumer/consumer_errors.ts";
import { positionAt } from "../../../../client/consumer/fetch_position.ts";
import { GroupTopics } from "../../../../client/consumer/group/group_topics.ts";
import { PartitionHandover } from "../../../../client/consumer/group/partition_handover.ts";
import type { RebalanceListener } from "../../../../client/consumer/rebalance_listener.ts";
import { type TopicPartition, topicPartitionKey } from "../../../../storage/file/file_names.ts";
import { tp } from "../../../support/consumer_world.ts";
import { MemberWorld } from "../../../support/member_world.ts";

const GROUP = { groupId: "g", generationId: 5, memberId: "m-1", groupInstanceId: null };
const names = (partitions: Iterable<TopicPartition>) =>
  Array.from(partitions, topicPartitionKey).join(" ");

/** A stable member with partitions. */
async function setUp(
  rebalanceProtocol: RebalanceProtocol,
  owned: readonly TopicPartition[],
  assignor: Partial<PartitionAssignor> = {},
) {
  const world = await MemberWorld.start();
  const { client, subscription, settings, member, env: { logger } } = world;
  world.settle("a", "b");
  subscription.assignFromSubscribed(owned);
  const told: string[] = [];
  /** Listeners see the assignment as it is while they are called. */
  const note = (what: string) => (partitions: readonly TopicPartition[]) =>
    void told.push(`${what} ${names(partitions)} of ${names(subscription.assignedPartitions())}`);
  const listener: RebalanceListener = {
    onPartitionsAssigned: note("assigned"),
    onPartitionsRevoked: note("revoked"),
    onPartitionsLost: note("lost"),
  };
  subscription.rebalanceListener = listener;
  const assignors = [{ name: "range", assign: () => new Map(), ...assignor }];
  const topics = new GroupTopics({ client, subscription, settings });
  topics.joining();
  const handover = new PartitionHandover({
    assignors,
    rebalanceProtocol,
    subscription,
    member,
    topics,
    logger,
  });
  return {
    world,
    member,
    subscription,
    handover,
    told,
    listener,
    owned: () => names(subscription.assignedPartitions()),
    take: (...partitions: TopicPartition[]) =>
      handover.complete(encodeAssignment({ partitions, userData: null }), GROUP),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

Deno.test("eagerly all partitions go before each rebalance, and new ones come after it", async () => {
  await using set = await setUp("EAGER", [tp("b"), tp("a", 1)]);
  await set.handover.prepare();
  assertEquals([set.owned(), set.member.needsPrepare], ["", false]);
  await set.take(tp("a", 1), tp("a"));
  assertEquals(set.told, ["revoked a-1 b-0 of b-0 a-1", "assigned a-0 a-1 of a-1 a-0"]);
  assertEquals(set.member.needsRejoin, false);
});

Deno.test("cooperatively partitions stay until they go to others, and keep their positions", async () => {
  await using set = await setUp("COOPERATIVE", [tp("a"), tp("a", 1)]);
  set.subscription.state(tp("a")).seekValidated(positionAt(7));
  await set.handover.prepare();
  assertEquals([set.told, set.owned()], [[], "a-0 a-1"]);
  await set.take(tp("a"), tp("b"));
  assertEquals(set.told, ["revoked a-1 of a-0 a-1", "assigned b-0 of a-0 b-0"]);
  assertEquals(set.subscription.state(tp("a")).position?.offset, 7);
  assertEquals(set.member.rejoinReason, "need to revoke partitions and re-join");
});

Deno.test("cooperatively nothing changes twice: an assignment as before is told as nothing new", async () => {
  await using set = await setUp("COOPERATIVE", [tp("a")]);
  await set.take(tp("a"));
  assertEquals([set.told, set.member.needsRejoin], [["assigned  of a-0"], false]);
});

Deno.test("cooperatively partitions of topics that are not wanted any more go before the rebalance", async () => {
  await using set = await setUp("COOPERATIVE", [tp("a"), tp("b")]);
  set.subscription.subscribe(["b"]);
  await set.handover.prepare();
  assertEquals([set.told, set.owned()], [["revoked a-0 of a-0 b-0"], "b-0"]);
});

Deno.test("who is out of the group has lost its partitions", async () => {
  for (const protocol of ["EAGER", "COOPERATIVE"] as const) {
    await using set = await setUp(protocol, [tp("a")]);
    set.member.reset("too old", true);
    await set.handover.prepare();
    assertEquals([set.told, set.owned()], [["lost a-0 of a-0"], ""]);
    await set.handover.prepare();
    assertEquals(set.told.length, 1);
  }
});

Deno.test("an assignment for a subscription that is over is not taken", async () => {
  await using set = await setUp("EAGER", []);
  await set.take(tp("a"), tp("c"));
  assertEquals([set.owned(), set.told], ["", []]);
  assertEquals(
    set.member.rejoinReason,
    "received assignment does not match the current subscription",
  );
});

Deno.test("bytes that are no assignment are refused", async () => {
  await using set = await setUp("EAGER", []);
  await assertRejects(
    () => set.handover.complete(new Uint8Array(1), GROUP),
    IllegalConsumerStateError,
    "(actual byte size 1)",
  );
});

Deno.test("the assignor is told of the assignment, and the group; what it throws is told in the end", async () => {
  const seen: unknown[] = [];
  await using set = await setUp("EAGER", [], {
    onAssignment(assignment, group) {
      seen.push(names(assignment.partitions), group);
      throw new Error("assignor");
    },
  });
  const thrown = await assertRejects(() => set.take(tp("a")), ConsumerError);
  assertEquals([seen, (thrown.cause as Error).message], [["a-0", GROUP], "assignor"]);
  assertEquals([set.owned(), set.told], ["a-0", ["assigned a-0 of a-0"]]);
});

Deno.test("a listener that throws keeps no partition from going, nor from coming", async () => {
  await using set = await setUp("EAGER", [tp("a")]);
  const throws = (text: string) => () => Promise.reject(new Error(text));
  set.subscription.rebalanceListener = {
    onPartitionsRevoked: throws("revoked"),
    onPartitionsAssigned: throws("assigned"),
  };
  let thrown = await assertRejects(() => set.handover.prepare(), ConsumerError);
  assertEquals([(thrown.cause as Error).message, set.owned()], ["revoked", ""]);
  thrown = await assertRejects(() => set.take(tp("b")), ConsumerError);
  assertEquals([(thrown.cause as Error).message, set.owned()], ["assigned", "b-0"]);
});

Deno.test("who leaves gives up all; while the group rebalances they are lost", async () => {
  await using set = await setUp("COOPERATIVE", [tp("a")]);
  await set.handover.drop();
  set.subscription.assignFromSubscribed([tp("b")]);
  set.member.beginJoin();
  await set.handover.drop();
  await set.handover.drop();
  assertEquals([set.told, set.owned()], [["revoked a-0 of a-0", "lost b-0 of b-0"], ""]);
});

Deno.test("who has named its partitions keeps them", async () => {
  await using set = await setUp("EAGER", []);
  set.subscription.unsubscribe();
  set.subscription.assignFromUser([tp("a")]);
  await set.handover.drop();
  assertEquals([set.owned(), set.told], ["a-0", []]);
});
