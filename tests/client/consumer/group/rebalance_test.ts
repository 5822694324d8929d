import { assertEquals, assertRejects } from "@std/assert";
import { encodeAssignment } from "../../../../client/consumer/assignors/consumer_protocol.ts";
import type { RebalanceProtocol } from "../../../../client/consumer/assignors/partition_assignor.ts";
import { positionAt } from "../../../../client/consumer/fetch_position.ts";
import type { AutoCommit } from "../../../../client/consumer/group/auto_commit.ts";
import { GroupTopics } from "../../../../client/consumer/group/group_topics.ts";
import { Rebalance } from "../../../../client/consumer/group/rebalance.ts";
import { errorCode, type ErrorName, KafkaError } from "../../../../client/protocol/error_codes.ts";
import { joinGroup } from "../../../../client/protocol/messages/join_group.ts";
import { metadata } from "../../../../client/protocol/messages/metadata.ts";
import { syncGroup } from "../../../../client/protocol/messages/sync_group.ts";
import { tp } from "../../../support/consumer_world.ts";
import { MemberWorld } from "../../../support/member_world.ts";

const JOINED = { leader: "m-9", memberId: "m-1", generationId: 5, protocolName: "range" };

async function setUp(
  { rebalanceProtocol = "EAGER" as RebalanceProtocol, autoCommit = undefined as unknown } = {},
) {
  const world = await MemberWorld.start();
  const { client, subscription, settings, member, coordinator, parts, nodes } = world;
  nodes.topics = { a: [0], b: [0] };
  nodes.on(joinGroup, () => JOINED);
  const assignment = encodeAssignment({ partitions: [tp("a")], userData: null });
  nodes.on(syncGroup, () => ({ assignment }));
  const topics = new GroupTopics({ client, subscription, settings });
  let joined = 0;
  const rebalance = new Rebalance({
    parts,
    settings,
    assignors: [{ name: "range", assign: () => new Map() }],
    rebalanceProtocol,
    coordinator,
    member,
    topics,
    autoCommit: autoCommit as AutoCommit,
    onJoined: () => void joined++,
  });
  subscription.subscribe(["a"]);
  await world.findCoordinator();
  return {
    world,
    rebalance,
    topics,
    joined: () => joined,
    /** Polls until there is nothing left to do. */
    async run(): Promise<void> {
      for (let i = 0; !await rebalance.advance(); i++) {
        if (i > 500) throw new Error("There is no end to it");
        await world.pass(1);
      }
    },
    /** Joins fail with these errors in turn, then they go well. */
    answer(...errors: ErrorName[]) {
      nodes.inTurn(
        joinGroup,
        ...errors.map((error) => () => ({ errorCode: errorCode(error), memberId: "m-1" })),
        () => JOINED,
      );
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

Deno.test("joining goes on in the background, and polls see how far it has come", async () => {
  await using set = await setUp();
  const { rebalance, world } = set;
  assertEquals([rebalance.isNeeded(), rebalance.nextIn(0)], [true, 0]);
  assertEquals(await rebalance.advance(), false);
  assertEquals([rebalance.nextIn(0), world.member.phase], [Infinity, "preparing"]);
  world.rings = 0;
  await world.until(() => world.rings > 0);
  assertEquals([rebalance.nextIn(0), world.subscription.assignedCount], [0, 0]);
  assertEquals(await rebalance.advance(), true);
  assertEquals(world.subscription.assignedPartitions(), [tp("a")]);
  assertEquals([rebalance.isNeeded(), set.joined()], [false, 1]);
});

Deno.test("without a coordinator it is sought first", async () => {
  await using set = await setUp();
  set.world.coordinator.forget("gone");
  assertEquals(await set.rebalance.advance(), false);
  assertEquals(set.world.coordinator.isSought, true);
  await set.run();
});

Deno.test("what asks for another request is done at once, what passes after a wait", async () => {
  await using set = await setUp();
  const { world } = set;
  set.answer("MEMBER_ID_REQUIRED", "REBALANCE_IN_PROGRESS", "COORDINATOR_LOAD_IN_PROGRESS");
  await set.run();
  assertEquals(world.nodes.of(joinGroup).map(({ request }) => request.reason), [
    "",
    "need to re-join with the given member-id: m-1",
    "rebalance failed due to REBALANCE_IN_PROGRESS",
    "rebalance failed due to COORDINATOR_LOAD_IN_PROGRESS",
  ]);
  assertEquals(world.env.clock.monotonic() >= 10, true);
});

Deno.test("what does not pass is thrown, and the next poll tries again", async () => {
  await using set = await setUp();
  set.answer("GROUP_MAX_SIZE_REACHED");
  const thrown = await assertRejects(() => set.run(), KafkaError);
  assertEquals(thrown.code, "GROUP_MAX_SIZE_REACHED");
  await set.run();
  assertEquals(set.world.member.phase, "stable");
});

Deno.test("a generation that ended before its partitions came is joined anew", async () => {
  await using set = await setUp();
  const { rebalance, world } = set;
  await rebalance.advance();
  world.rings = 0;
  await world.until(() => world.rings > 0);
  world.member.reset("a heartbeat said so", true);
  await set.run();
  assertEquals(world.nodes.of(joinGroup).length, 2);
  assertEquals(world.subscription.assignedPartitions(), [tp("a")]);
});

Deno.test("positions are committed before partitions go, and nothing is read meanwhile", async () => {
  for (const rebalanceProtocol of ["EAGER", "COOPERATIVE"] as const) {
    const commit = Promise.withResolvers<void>();
    let commits = 0;
    const commitNow = () => {
      commits++;
      return commit.promise;
    };
    await using set = await setUp({ rebalanceProtocol, autoCommit: { commitNow, restart() {} } });
    const { rebalance, world: { member, subscription, nodes } } = set;
    await set.run();
    assertEquals(commits, 0);
    subscription.state(tp("a")).seekValidated(positionAt(3));
    member.requestRejoin("mine");
    assertEquals(await rebalance.advance(), false);
    assertEquals(rebalance.nextIn(0), Infinity);
    await set.world.pass(10);
    assertEquals([commits, nodes.of(joinGroup).length], [1, 1]);
    assertEquals(subscription.state(tp("a")).isFetchable, rebalanceProtocol === "COOPERATIVE");
    commit.resolve();
    await set.world.pass();
    await set.run();
    assertEquals([commits, nodes.of(joinGroup).length], [1, 2]);
  }
});

Deno.test("a pattern is matched against topics as they are now before the group is joined", async () => {
  await using set = await setUp();
  const { rebalance, world: { nodes, subscription } } = set;
  subscription.unsubscribe();
  subscription.subscribePattern(/^a/);
  set.world.client.updater.wantAllTopics(true);
  const { version } = set.world.client.metadata;
  assertEquals(await rebalance.advance(), false);
  assertEquals([rebalance.nextIn(0), nodes.of(joinGroup).length], [Infinity, 0]);
  await set.run();
  assertEquals(set.world.client.metadata.version > version, true);
  assertEquals([[...subscription.topics], subscription.assignedPartitions()], [["a"], [tp("a")]]);
  assertEquals(nodes.of(metadata).at(-1)!.request.topics, null);
});

Deno.test("a subscription that changes makes the member join anew", async () => {
  await using set = await setUp();
  const { rebalance, world: { member, subscription } } = set;
  await set.run();
  subscription.subscribe(["a", "b"]);
  assertEquals(rebalance.isNeeded(), true);
  assertEquals(member.rejoinReason, "the subscription has changed");
  await set.run();
  assertEquals(rebalance.isNeeded(), false);
});

Deno.test("a listener that ends the subscription ends the joining", async () => {
  await using set = await setUp();
  const { rebalance, world: { member, nodes, subscription } } = set;
  await set.run();
  subscription.rebalanceListener = { onPartitionsRevoked: () => subscription.unsubscribe() };
  member.requestRejoin("mine");
  await rebalance.advance();
  assertEquals([await rebalance.advance(), nodes.of(joinGroup).length], [true, 1]);
});

Deno.test("what is under way when the group is left is of no use any more", async () => {
  await using set = await setUp();
  const { rebalance, world } = set;
  await rebalance.advance();
  await rebalance.abandon();
  world.member.reset("left", false);
  world.subscription.unsubscribe();
  await world.pass(5);
  assertEquals([await rebalance.advance(), world.subscription.assignedCount], [true, 0]);
  assertEquals([set.joined(), world.nodes.of(syncGroup).length], [0, 0]);
});
