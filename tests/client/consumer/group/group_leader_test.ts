import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  decodeAssignment,
  encodeSubscription,
} from "../../../../client/consumer/assignors/consumer_protocol.ts";
import type {
  Assignment,
  PartitionAssignor,
  RebalanceProtocol,
  Subscription,
} from "../../../../client/consumer/assignors/partition_assignor.ts";
import { IllegalConsumerStateError } from "../../../../client/consumer/consumer_errors.ts";
import { agreedAssignor, sharePartitions } from "../../../../client/consumer/group/group_leader.ts";
import { GroupTopics } from "../../../../client/consumer/group/group_topics.ts";
import type { JoinGroupResponse } from "../../../../client/protocol/messages/join_group.ts";
import type { TopicPartition } from "../../../../storage/file/file_names.ts";
import { tp } from "../../../support/consumer_world.ts";
import { MemberWorld } from "../../../support/member_world.ts";

type Assign = PartitionAssignor["assign"];

const given = (...partitions: TopicPartition[]): Assignment => ({ partitions, userData: null });

function wanting(topics: readonly string[], ownedPartitions: readonly TopicPartition[] = []) {
  return encodeSubscription({
    topics,
    ownedPartitions,
    userData: null,
    generationId: 4,
    rackId: "r",
    groupInstanceId: null,
  });
}

async function setUp(assign: Assign, rebalanceProtocol: RebalanceProtocol = "EAGER") {
  const world = await MemberWorld.start();
  const { client, subscription, settings, env: { logger }, nodes } = world;
  nodes.topics = { a: [0, 0], b: [0], c: [0] };
  subscription.subscribe(["a"]);
  const topics = new GroupTopics({ client, subscription, settings });
  const assignors = [{ name: "mine", assign }];
  const response: JoinGroupResponse = {
    throttleTimeMs: 0,
    errorCode: 0,
    generationId: 5,
    protocolType: "consumer",
    protocolName: "mine",
    leader: "m-1",
    skipAssignment: false,
    memberId: "m-1",
    members: [
      { memberId: "m-1", groupInstanceId: null, metadata: wanting(["a"], [tp("a")]) },
      { memberId: "m-2", groupInstanceId: "i", metadata: wanting(["a", "b"]) },
    ],
  };
  const { signal } = new AbortController();
  return {
    world,
    topics,
    share: (changes: Partial<JoinGroupResponse> = {}) =>
      world.outcomeOf(
        sharePartitions(
          { assignors, rebalanceProtocol, topics, logger },
          { ...response, ...changes },
          signal,
        ),
      ),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

Deno.test("a leader knows what all members want, and shares by the assignor that they agreed on", async () => {
  const seen: Subscription[] = [];
  await using set = await setUp((topics, subscriptions) => {
    assertEquals([...topics].map(([name, { length }]) => [name, length]).sort(), [["a", 2], [
      "b",
      1,
    ]]);
    seen.push(...subscriptions.values());
    return new Map([["m-1", given(tp("a"))], ["m-2", given(tp("a", 1), tp("b"))]]);
  });
  const shared = await set.share();
  assertEquals(decodeAssignment(shared.get("m-1")!).partitions, [tp("a")]);
  assertEquals(decodeAssignment(shared.get("m-2")!).partitions, [tp("a", 1), tp("b")]);
  assertEquals(seen.map(({ topics, groupInstanceId }) => [topics, groupInstanceId]), [
    [["a"], null],
    [["a", "b"], "i"],
  ]);
  assertEquals([seen[0]!.ownedPartitions, seen[0]!.generationId, seen[0]!.rackId], [
    [tp("a")],
    4,
    "r",
  ]);
});

Deno.test("from then on it watches the topics of all members", async () => {
  await using set = await setUp(() => new Map());
  const { topics, world } = set;
  await set.share();
  assertEquals(topics.rejoinReason(), undefined);
  world.nodes.topics.b = [0, 0];
  world.client.updater.request(true);
  await world.until(() => topics.isBehind);
  topics.follow();
  assertEquals(topics.rejoinReason(), "cached metadata has changed");
});

Deno.test("topics that only the assignor asks for are watched as well", async () => {
  await using set = await setUp(() => new Map([["m-1", given(tp("c"))]]));
  await set.share();
  assertEquals([...set.topics.current.topics.keys()].sort(), ["a", "b", "c"]);
  assertEquals(set.topics.rejoinReason(), undefined);
});

Deno.test("the leader of static members that have not changed shares nothing", async () => {
  await using set = await setUp(() => {
    throw new Error("not called");
  });
  assertEquals((await set.share({ skipAssignment: true })).size, 0);
});

Deno.test("an assignor of one's own cannot give away cooperatively what is in use", async () => {
  await using set = await setUp(() => new Map([["m-2", given(tp("a"))]]), "COOPERATIVE");
  await assertRejects(() => set.share(), IllegalConsumerStateError);
});

Deno.test("an assignor that nobody has offered is refused", async () => {
  assertThrows(
    () => agreedAssignor([], "theirs"),
    IllegalConsumerStateError,
    "Coordinator selected invalid assignment protocol: theirs",
  );
  await using set = await setUp(() => new Map());
  await assertRejects(() => set.share({ protocolName: "theirs" }), IllegalConsumerStateError);
});
