import { assertEquals, assertRejects } from "@std/assert";
import { ConsumerError } from "../../../../client/consumer/consumer_errors.ts";
import { committedOffsets } from "../../../../client/consumer/group/committed_offsets.ts";
import { errorCode, type ErrorName, KafkaError } from "../../../../client/protocol/error_codes.ts";
import { offsetFetch } from "../../../../client/protocol/messages/offset_fetch.ts";
import { tp } from "../../../support/consumer_world.ts";
import { MemberWorld } from "../../../support/member_world.ts";

const PARTITIONS = [tp("t"), tp("t", 1), tp("u")];

async function setUp(highest?: number) {
  const world = await MemberWorld.start();
  if (highest !== undefined) world.nodes.highest.set(offsetFetch.name, highest);
  await world.findCoordinator();
  const { coordinator, env: { logger } } = world;
  const { signal } = new AbortController();
  return {
    world,
    ask: () =>
      world.outcomeOf(committedOffsets({ coordinator, groupId: "g", logger }, PARTITIONS, signal)),
    /** Answers with these errors: the group's, and that of the partition. */
    answer(group: ErrorName, partition: ErrorName) {
      world.nodes.on(offsetFetch, () => ({
        groups: [{
          groupId: "g",
          errorCode: errorCode(group),
          topics: [{
            name: "t",
            partitions: [{
              partitionIndex: 0,
              committedOffset: -1,
              metadata: "",
              errorCode: errorCode(partition),
            }],
          }],
        }],
      }));
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

const told = (partitionIndex: number, committedOffset: number, committedLeaderEpoch = -1) => ({
  partitionIndex,
  committedOffset,
  committedLeaderEpoch,
  metadata: "x",
  errorCode: 0,
});

Deno.test("what is committed is told with its epoch, and null where nothing is", async () => {
  await using set = await setUp();
  const topics = [
    { name: "t", partitions: [told(0, 5, 2), told(1, -1)] },
    { name: "u", partitions: [told(0, 0)] },
  ];
  set.world.nodes.on(offsetFetch, () => ({ groups: [{ groupId: "g", errorCode: 0, topics }] }));
  const offsets = await set.ask();
  assertEquals(PARTITIONS.map((partition) => offsets.get(partition)), [
    { offset: 5, leaderEpoch: 2, metadata: "x" },
    null,
    { offset: 0, metadata: "x" },
  ]);
  const [{ request, version } = {} as never] = set.world.nodes.of(offsetFetch);
  assertEquals([version, request.requireStable], [9, true]);
  assertEquals(
    request.groups[0]!.topics?.map(({ name, partitionIndexes }) => [name, partitionIndexes]),
    [["t", [0, 1]], ["u", [0]]],
  );
});

Deno.test("older coordinators are asked about one group, and the oldest not about transactions", async () => {
  for (const [version, requireStable] of [[7, true], [5, false]] as const) {
    await using set = await setUp(version);
    set.world.nodes.on(offsetFetch, () => ({ topics: [{ name: "t", partitions: [told(0, 5)] }] }));
    assertEquals((await set.ask()).get(tp("t"))?.offset, 5);
    const [{ request } = {} as never] = set.world.nodes.of(offsetFetch);
    assertEquals([request.groupId, request.requireStable], ["g", requireStable]);
  }
});

Deno.test("errors of the group are what they mean", async () => {
  await using set = await setUp();
  set.answer("GROUP_AUTHORIZATION_FAILED", "NONE");
  await assertRejects(() => set.ask(), KafkaError, "Not authorized to access group: g");
  set.answer("COORDINATOR_LOAD_IN_PROGRESS", "NONE");
  assertEquals((await assertRejects(() => set.ask(), KafkaError)).retriable, true);
  set.answer("INVALID_GROUP_ID", "NONE");
  await assertRejects(() => set.ask(), ConsumerError, "Unexpected error in fetch offset response");
  set.answer("NOT_COORDINATOR", "NONE");
  await assertRejects(() => set.ask(), KafkaError);
  assertEquals(set.world.coordinator.isKnown, false);
});

Deno.test("errors of partitions are what they mean", async () => {
  await using set = await setUp();
  set.answer("NONE", "UNKNOWN_TOPIC_OR_PARTITION");
  await assertRejects(() => set.ask(), ConsumerError, "Topic or Partition t-0 does not exist");
  set.answer("NONE", "TOPIC_AUTHORIZATION_FAILED");
  await assertRejects(() => set.ask(), KafkaError, "Not authorized to access topics: [t]");
  set.answer("NONE", "INVALID_CONFIG");
  await assertRejects(() => set.ask(), ConsumerError, "for partition t-0");
  set.answer("NONE", "UNSTABLE_OFFSET_COMMIT");
  assertEquals((await assertRejects(() => set.ask(), KafkaError)).retriable, true);
});
