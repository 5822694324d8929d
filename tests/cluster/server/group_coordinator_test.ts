import { assertEquals } from "@std/assert";
import { createTopics } from "../../../client/protocol/messages/create_topics.ts";
import { deleteTopics } from "../../../client/protocol/messages/delete_topics.ts";
import { describeGroups } from "../../../client/protocol/messages/describe_groups.ts";
import { findCoordinator } from "../../../client/protocol/messages/find_coordinator.ts";
import { joinGroup } from "../../../client/protocol/messages/join_group.ts";
import { listGroups } from "../../../client/protocol/messages/list_groups.ts";
import { offsetCommit } from "../../../client/protocol/messages/offset_commit.ts";
import { offsetFetch } from "../../../client/protocol/messages/offset_fetch.ts";
import { syncGroup } from "../../../client/protocol/messages/sync_group.ts";
import { makeTopic, startBroker } from "../../support/broker.ts";
import { TestClient } from "../../support/test_client.ts";

const PROPERTIES = {
  "offsets.topic.num.partitions": "2",
  "group.initial.rebalance.delay.ms": "0",
};
const NO_BYTES = new Uint8Array(0);

/** Asks for the coordinator until there is one. */
async function coordinated(client: TestClient): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const { coordinators } = await client.call(findCoordinator, 6, { coordinatorKeys: ["g"] });
    if (coordinators[0]!.errorCode === 0) return;
  }
  throw new Error("no coordinator");
}

/** Joins a group, as the protocol has it: with the id that the first answer gives. */
async function join(client: TestClient, memberId = "") {
  const ask = (memberId: string) =>
    client.call(joinGroup, 9, {
      groupId: "g",
      memberId,
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      protocolType: "consumer",
      protocols: [{ name: "range", metadata: NO_BYTES }],
    });
  const joined = await ask(memberId);
  return joined.errorCode === 79 ? await ask(joined.memberId) : joined;
}

async function offsets(client: TestClient) {
  const { groups } = await client.call(offsetFetch, 9, {
    groups: [{ groupId: "g", memberId: null, memberEpoch: -1, topics: null }],
  });
  return groups[0]!.topics.map(({ name, partitions }) => [name, partitions[0]!.committedOffset]);
}

async function commit(
  client: TestClient,
  topic: string,
  member: { memberId: string; generationId: number },
) {
  const { topics } = await client.call(offsetCommit, 9, {
    groupId: "g",
    memberId: member.memberId,
    generationIdOrMemberEpoch: member.generationId,
    topics: [{ name: topic, partitions: [{ partitionIndex: 0, committedOffset: 7 }] }],
  });
  return topics[0]!.partitions[0]!.errorCode;
}

Deno.test("two members share a group, and its offsets and generation are there after a restart", async () => {
  const first = await startBroker(PROPERTIES);
  const { client, transport, broker, env } = first;
  try {
    await makeTopic(client, "t");
    await coordinated(client);
    using other = await TestClient.connect(transport, broker.address);
    const one = await join(client);
    const assignments = (members: readonly { memberId: string }[]) =>
      members.map(({ memberId }) => ({ memberId, assignment: new TextEncoder().encode(memberId) }));
    const sync = (from: TestClient, member: { memberId: string; generationId: number }, all = NO) =>
      from.call(syncGroup, 5, {
        groupId: "g",
        memberId: member.memberId,
        generationId: member.generationId,
        protocolType: "consumer",
        protocolName: "range",
        assignments: assignments(all),
      });
    await sync(client, one, one.members);
    // The second one waits until the first has joined again.
    const joining = join(other);
    let again = await join(client, one.memberId);
    while (again.generationId === one.generationId) again = await join(client, one.memberId);
    const two = await joining;
    assertEquals([again.generationId, two.generationId], [
      one.generationId + 1,
      again.generationId,
    ]);
    const leader = again.leader === again.memberId ? again : two;
    assertEquals(leader.members.length, 2);
    const [mine, theirs] = await Promise.all([
      sync(client, again, again === leader ? again.members : NO),
      sync(other, two, two === leader ? two.members : NO),
    ]);
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assertEquals([text(mine.assignment), text(theirs.assignment)], [again.memberId, two.memberId]);
    assertEquals(await commit(client, "t", again), 0);
    assertEquals(
      await commit(other, "t", one.generationId === 0 ? two : { ...two, generationId: 99 }),
      22,
    );
  } finally {
    await first[Symbol.asyncDispose]();
  }
  await using second = await startBroker(PROPERTIES, { env });
  await coordinated(second.client);
  let found = await offsets(second.client);
  while (found.length === 0) found = await offsets(second.client);
  assertEquals(found, [["t", 7]]);
  const { groups } = await second.client.call(describeGroups, 5, { groups: ["g"] });
  assertEquals([groups[0]!.groupState, groups[0]!.members.length], ["Stable", 2]);
});

const NO: readonly { memberId: string }[] = [];

Deno.test("what was committed for a topic that is deleted is forgotten", async () => {
  await using running = await startBroker(PROPERTIES);
  const { client } = running;
  for (const name of ["kept", "gone"]) await makeTopic(client, name);
  await coordinated(client);
  const nobody = { memberId: "", generationId: -1 };
  for (const name of ["kept", "gone"]) assertEquals(await commit(client, name, nobody), 0);
  await client.call(deleteTopics, 6, { topics: [{ name: "gone" }], timeoutMs: 1000 });
  assertEquals(await offsets(client), [["kept", 7]]);
});

Deno.test("groups are listed, and a group's topic is not made by hand", async () => {
  await using running = await startBroker(PROPERTIES);
  const { client } = running;
  await makeTopic(client, "t");
  await coordinated(client);
  await commit(client, "t", { memberId: "", generationId: -1 });
  const { groups } = await client.call(listGroups, 5, {});
  assertEquals(groups.map(({ groupId, groupState }) => [groupId, groupState]), [["g", "Empty"]]);
  const { topics } = await client.call(createTopics, 7, {
    topics: [{ name: "__consumer_offsets", numPartitions: 1, replicationFactor: 1 }],
    timeoutMs: 1000,
  });
  assertEquals(topics[0]!.errorCode, 36);
});
