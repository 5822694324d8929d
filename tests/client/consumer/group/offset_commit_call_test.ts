import { assertEquals, assertRejects } from "@std/assert";
import { CommitFailedError, ConsumerError } from "../../../../client/consumer/consumer_errors.ts";
import {
  commitOffsets,
  notAuthorized,
} from "../../../../client/consumer/group/offset_commit_call.ts";
import { errorCode, type ErrorName, KafkaError } from "../../../../client/protocol/error_codes.ts";
import { offsetCommit } from "../../../../client/protocol/messages/offset_commit.ts";
import { TopicPartitionMap } from "../../../../storage/file/topic_partition_map.ts";
import { tp } from "../../../support/consumer_world.ts";
import { GENERATION, MemberWorld } from "../../../support/member_world.ts";

const OFFSETS = new TopicPartitionMap([
  [tp("t"), { offset: 7, leaderEpoch: 3, metadata: "mine" }] as const,
  [tp("t", 1), { offset: 8 }] as const,
  [tp("u"), { offset: 9 }] as const,
]);

async function setUp(...errors: readonly ErrorName[]) {
  const world = await MemberWorld.start({ groupInstanceId: "i" });
  await world.findCoordinator();
  const turns = [...errors];
  world.nodes.on(offsetCommit, ({ topics }) => {
    const code = errorCode(turns.shift() ?? "NONE");
    return {
      topics: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })),
      })),
    };
  });
  const { coordinator, member, subscription, settings, env: { logger } } = world;
  const options = { coordinator, member, subscription, settings, logger };
  return {
    world,
    commit: () => world.outcomeOf(commitOffsets(options, OFFSETS)),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

Deno.test("a member commits in its generation", async () => {
  await using set = await setUp();
  set.world.settle("t", "u");
  await set.commit();
  const [{ request, version }] = set.world.nodes.of(offsetCommit) as [never];
  const { topics, generationIdOrMemberEpoch, memberId, groupInstanceId } = request as {
    topics: { name: string; partitions: unknown[] }[];
    generationIdOrMemberEpoch: number;
    memberId: string;
    groupInstanceId: string;
  };
  assertEquals([generationIdOrMemberEpoch, memberId, groupInstanceId, version], [5, "m-1", "i", 9]);
  assertEquals(topics.map(({ name }) => name), ["t", "u"]);
  assertEquals(topics[0]!.partitions, [
    {
      partitionIndex: 0,
      committedOffset: 7,
      committedLeaderEpoch: 3,
      committedMetadata: "mine",
    },
    { partitionIndex: 1, committedOffset: 8, committedLeaderEpoch: -1, committedMetadata: "" },
  ]);
});

Deno.test("who has named its partitions commits without being a member", async () => {
  await using set = await setUp();
  set.world.subscription.assignFromUser([tp("t")]);
  await set.commit();
  const [{ request } = {} as never] = set.world.nodes.of(offsetCommit);
  assertEquals([request.generationIdOrMemberEpoch, request.memberId, request.groupInstanceId], [
    -1,
    "",
    null,
  ]);
});

Deno.test("who has a subscription and is no member cannot commit; in a rebalance it can later", async () => {
  await using set = await setUp();
  set.world.subscription.subscribe(["t"]);
  await assertRejects(() => set.commit(), CommitFailedError, "not part of an active group");
  set.world.member.beginJoin();
  const thrown = await assertRejects(() => set.commit(), KafkaError, "undergoing a rebalance");
  assertEquals([thrown.code, set.world.nodes.of(offsetCommit).length], [
    "REBALANCE_IN_PROGRESS",
    0,
  ]);
});

Deno.test("a generation that is over makes the commit fail, and the member join anew", async () => {
  for (const error of ["UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION"] as const) {
    await using set = await setUp(error);
    set.world.settle("t");
    await assertRejects(() => set.commit(), CommitFailedError, "max.poll.interval.ms");
    const { phase, generation: { memberId }, rejoinReason } = set.world.member;
    assertEquals([phase, memberId], ["unjoined", error === "ILLEGAL_GENERATION" ? "m-1" : ""]);
    assertEquals(rejoinReason, `encountered ${error} from OFFSET_COMMIT response`);
  }
});

Deno.test("who is already on its way to another generation is told to poll", async () => {
  for (const error of ["UNKNOWN_MEMBER_ID", "FENCED_INSTANCE_ID"] as const) {
    await using set = await setUp();
    const { member, nodes } = set.world;
    set.world.settle("t");
    nodes.on(offsetCommit, ({ topics }) => {
      member.joined({ ...GENERATION, generationId: 6 });
      member.beginJoin();
      const code = errorCode(error);
      return {
        topics: topics.map(({ name }) => ({
          name,
          partitions: [{ partitionIndex: 0, errorCode: code }],
        })),
      };
    });
    const thrown = await assertRejects(() => set.commit(), KafkaError);
    assertEquals([thrown.code, member.generation.generationId], ["REBALANCE_IN_PROGRESS", 6]);
  }
});

Deno.test("each error is what it means", async () => {
  const thrown: Partial<Record<ErrorName, unknown>> = {};
  for (
    const error of [
      "OFFSET_METADATA_TOO_LARGE",
      "COORDINATOR_LOAD_IN_PROGRESS",
      "NOT_COORDINATOR",
      "FENCED_INSTANCE_ID",
      "REBALANCE_IN_PROGRESS",
      "GROUP_AUTHORIZATION_FAILED",
      "TOPIC_AUTHORIZATION_FAILED",
    ] as const
  ) {
    await using set = await setUp(error);
    set.world.settle("t");
    thrown[error] = (await assertRejects(() => set.commit(), KafkaError)).code;
    assertEquals(set.world.coordinator.isKnown, error !== "NOT_COORDINATOR");
    assertEquals(set.world.member.needsRejoin, error === "REBALANCE_IN_PROGRESS");
  }
  assertEquals(Object.entries(thrown).filter(([told, code]) => told !== code), []);
  await using set = await setUp("INVALID_CONFIG");
  set.world.settle("t");
  await assertRejects(() => set.commit(), ConsumerError, "Unexpected error in commit");
});

Deno.test("topics that may not be read are named", () => {
  assertEquals(
    notAuthorized(new Set(["a", "b"])).message,
    "Not authorized to access topics: [a, b]",
  );
});
