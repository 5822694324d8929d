import { assert, assertEquals } from "@std/assert";
import { errorCode } from "../../../client/protocol/error_codes.ts";
import { fetch } from "../../../client/protocol/messages/fetch.ts";
import { metadata } from "../../../client/protocol/messages/metadata.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import { batchOfRecords, ConsumerWorld, take, tp, values } from "../../support/consumer_world.ts";
import { ScriptedCluster, topicId } from "../../support/scripted_cluster.ts";
import { consumerOf } from "../../support/scripted_consumer.ts";
import { join } from "../../support/segments.ts";

Deno.test("requests say what the configs say", async () => {
  await using cluster = await ScriptedCluster.start(0);
  const topic = cluster.topic("t", topicId(1), 0);
  topic.partitions[0]!.records = batchOfRecords(["a"], { partitionLeaderEpoch: 0 });
  await using consumer = consumerOf(cluster, {
    fetchMaxWaitMs: 7,
    fetchMinBytes: 3,
    fetchMaxBytes: 1000,
    maxPartitionFetchBytes: 100,
    isolationLevel: "read_committed",
    clientRack: "r1",
  });
  consumer.assign([tp("t")]);
  await take(consumer, 1);
  const { request } = cluster.of(fetch)[0]!;
  assertEquals([request.maxWaitMs, request.minBytes, request.maxBytes], [7, 3, 1000]);
  assertEquals([request.isolationLevel, request.rackId, request.replicaState.replicaId], [
    1,
    "r1",
    -1,
  ]);
  const { topicId: id, partitions } = request.topics[0]!;
  assertEquals([id, partitions[0]!.partitionMaxBytes, partitions[0]!.currentLeaderEpoch], [
    topicId(1),
    100,
    0,
  ]);
});

Deno.test("there is one request at a time to a node, and none while something of it is buffered", async () => {
  await using cluster = await ScriptedCluster.start(0);
  const topic = cluster.topic("t", topicId(1), 0, 0);
  for (const partition of topic.partitions) partition.records = batchOfRecords(["a", "b"]);
  await using consumer = consumerOf(cluster, { maxPollRecords: 1 });
  consumer.assign([tp("t"), tp("t", 1)]);
  for (let i = 1; i <= 3; i++) {
    assertEquals((await take(consumer, 1)).length, 1);
    assertEquals(cluster.of(fetch).length, 1);
  }
  await take(consumer, 1);
  assertEquals((await consumer.poll(0)).count, 0);
  assertEquals(cluster.of(fetch).length, 2);
});

Deno.test("one answer is fetched behind the one that is being read, and read on without a gap", async () => {
  await using cluster = await ScriptedCluster.start(0);
  const [partition] = cluster.topic("t", topicId(1), 0).partitions;
  partition!.records = batchOfRecords(["a", "b", "c"]);
  await using consumer = consumerOf(cluster, { maxPollRecords: 1 });
  consumer.assign([tp("t")]);
  assertEquals(values(await take(consumer, 1)), ["a"]);
  partition!.records = join(
    partition!.records,
    batchOfRecords(["d", "e"], { baseOffset: 3 }),
  );
  const asked = () =>
    cluster.of(fetch).flatMap(({ request }) =>
      request.topics.flatMap(({ partitions }) => partitions.map((each) => each.fetchOffset))
    );
  while (!asked().includes(3)) await new Promise((resolve) => setTimeout(resolve));
  assertEquals(values(await take(consumer, 4)), ["b", "c", "d", "e"]);
  assertEquals(asked().every((offset) => [0, 3, 5].includes(offset)), true, `${asked()}`);
});

Deno.test("what was fetched behind is thrown away after a seek", async () => {
  await using cluster = await ScriptedCluster.start(0);
  const [partition] = cluster.topic("t", topicId(1), 0).partitions;
  partition!.records = join(
    batchOfRecords(["a", "b", "c"]),
    batchOfRecords(["d", "e"], { baseOffset: 3 }),
  );
  cluster.script(fetch, ({ topics }) => ({
    responses: topics.map(({ topicId }) => ({
      topicId,
      partitions: [{
        partitionIndex: 0,
        errorCode: 0,
        highWatermark: 5,
        records: batchOfRecords(["a", "b", "c"]),
      }],
    })),
  }));
  await using consumer = consumerOf(cluster, { maxPollRecords: 1 });
  consumer.assign([tp("t")]);
  assertEquals(values(await take(consumer, 1)), ["a"]);
  while (cluster.of(fetch).length < 2) await new Promise((resolve) => setTimeout(resolve));
  consumer.seek(tp("t"), 1);
  assertEquals(values(await take(consumer, 4)), ["b", "c", "d", "e"]);
});

Deno.test("the next fetch is on its way when the last records of a node are returned", async () => {
  await using cluster = await ScriptedCluster.start(0);
  cluster.topic("t", topicId(1), 0).partitions[0]!.records = batchOfRecords(["a"]);
  await using consumer = consumerOf(cluster);
  consumer.assign([tp("t")]);
  await take(consumer, 1);
  const sent = cluster.of(fetch).length;
  while (cluster.of(fetch).length === sent) await new Promise((resolve) => setTimeout(resolve));
  assertEquals(cluster.of(fetch).at(-1)!.request.topics[0]!.partitions[0]!.fetchOffset, 1);
});

Deno.test("a partition that has moved is read from the leader that the answer names", async () => {
  await using cluster = await ScriptedCluster.start(0, 1);
  const topic = cluster.topic("t", topicId(1), 0);
  const [partition] = topic.partitions;
  partition!.records = batchOfRecords(["a"], { partitionLeaderEpoch: 0 });
  await using consumer = consumerOf(cluster);
  consumer.assign([tp("t")]);
  await take(consumer, 1);
  partition!.leader = 1;
  partition!.leaderEpoch = 1;
  partition!.records = join(
    partition!.records,
    batchOfRecords(["b"], { baseOffset: 1, partitionLeaderEpoch: 1 }),
  );
  const asked = cluster.of(metadata).length;
  // Metadata does not tell it for a while.
  cluster.script(metadata, (request) => {
    const answer = cluster.metadata(request);
    return {
      ...answer,
      topics: answer.topics!.map((topic) => ({
        ...topic,
        partitions: topic.partitions!.map((p) => ({ ...p, leaderId: 0, leaderEpoch: 0 })),
      })),
    };
  }, Infinity);
  cluster.script(fetch, ({ topics }) => ({
    responses: topics.map((topic) => ({
      ...topic,
      partitions: [{
        partitionIndex: 0,
        errorCode: errorCode("NOT_LEADER_OR_FOLLOWER"),
        highWatermark: -1,
        currentLeader: { leaderId: 1, leaderEpoch: 1 },
        records: null,
      }],
    })),
    nodeEndpoints: [{ nodeId: 1, host: "127.0.0.1", port: 9001, rack: null }],
  }));
  assertEquals(values(await take(consumer, 1)), ["b"]);
  assertEquals(cluster.of(fetch).at(-1)!.node, 1);
  assert(cluster.of(metadata).length >= asked);
});

Deno.test("a partition that has moved is found by metadata when the answer names nobody", async () => {
  await using cluster = await ScriptedCluster.start(0, 1);
  const [partition] = cluster.topic("t", topicId(1), 0).partitions;
  partition!.records = batchOfRecords(["a"], { partitionLeaderEpoch: 0 });
  await using consumer = consumerOf(cluster);
  consumer.assign([tp("t")]);
  await take(consumer, 1);
  Object.assign(partition!, {
    leader: 1,
    leaderEpoch: 1,
    replicas: [1],
    records: join(
      partition!.records,
      batchOfRecords(["b"], { baseOffset: 1, partitionLeaderEpoch: 1 }),
    ),
  });
  assertEquals(values(await take(consumer, 1)), ["b"]);
});

Deno.test("a replica that the leader names is read from, until it fails", async () => {
  await using cluster = await ScriptedCluster.start(0, 1);
  const [partition] = cluster.topic("t", topicId(1), 0).partitions;
  partition!.records = batchOfRecords(["a"], { partitionLeaderEpoch: 0 });
  const preferring = ({ topics }: { topics: readonly { topicId: string }[] }) => ({
    responses: topics.map(({ topicId }) => ({
      topicId,
      partitions: [{
        partitionIndex: 0,
        errorCode: 0,
        highWatermark: 1,
        preferredReadReplica: 1,
        records: null,
      }],
    })),
  });
  cluster.script(fetch, preferring);
  await using consumer = consumerOf(cluster, { clientRack: "r" });
  consumer.assign([tp("t")]);
  assertEquals(values(await take(consumer, 1)), ["a"]);
  assertEquals(cluster.of(fetch).map(({ node }) => node).slice(0, 2), [0, 1]);
  // The connection to it breaks: back to the leader.
  const before = cluster.of(fetch).length;
  cluster.script(fetch, () => null);
  partition!.records = join(
    partition!.records,
    batchOfRecords(["b"], { baseOffset: 1, partitionLeaderEpoch: 0 }),
  );
  assertEquals(values(await take(consumer, 1)), ["b"]);
  const nodes = cluster.of(fetch).slice(before).map(({ node }) => node);
  assert(nodes.includes(0), `${nodes}`);
});

Deno.test("a replica that is offline is not read from", async () => {
  await using cluster = await ScriptedCluster.start(0, 1);
  const [partition] = cluster.topic("t", topicId(1), 0).partitions;
  partition!.records = batchOfRecords(["a"], { partitionLeaderEpoch: 0 });
  partition!.offlineReplicas = [1];
  cluster.script(fetch, ({ topics }) => ({
    responses: topics.map(({ topicId }) => ({
      topicId,
      partitions: [{
        partitionIndex: 0,
        errorCode: 0,
        highWatermark: 1,
        preferredReadReplica: 1,
        records: null,
      }],
    })),
  }));
  await using consumer = consumerOf(cluster);
  consumer.assign([tp("t")]);
  assertEquals(values(await take(consumer, 1)), ["a"]);
  assertEquals(cluster.of(fetch).every(({ node }) => node === 0), true);
});

Deno.test("brokers that know no topic ids are asked by name", async () => {
  await using cluster = await ScriptedCluster.start(0);
  cluster.highest.set("Fetch", 11);
  cluster.highest.set("Metadata", 9);
  cluster.topic("t", topicId(1), 0).partitions[0]!.records = batchOfRecords(["a"]);
  await using consumer = consumerOf(cluster);
  consumer.assign([tp("t")]);
  assertEquals(values(await take(consumer, 1)), ["a"]);
  const { version, request } = cluster.of(fetch)[0]!;
  assertEquals([version, request.topics[0]!.topic], [11, "t"]);
});

Deno.test("a topic without an id is asked by name, whatever the broker knows", async () => {
  await using cluster = await ScriptedCluster.start(0);
  cluster.topic("t", ZERO_UUID, 0).partitions[0]!.records = batchOfRecords(["a"]);
  await using consumer = consumerOf(cluster);
  consumer.assign([tp("t")]);
  assertEquals(values(await take(consumer, 1)), ["a"]);
  assertEquals(cluster.of(fetch)[0]!.version, 12);
});

Deno.test("what fails again and again is not asked without a pause", async () => {
  await using cluster = await ScriptedCluster.start(0);
  cluster.topic("t", topicId(1), 0);
  const refused = { errorCode: errorCode("UNKNOWN_SERVER_ERROR") };
  const wrong = {
    partitionIndex: 0,
    errorCode: errorCode("NOT_LEADER_OR_FOLLOWER"),
    highWatermark: -1,
    records: null,
  };
  cluster.script(fetch, ({ topics }) => {
    if (cluster.of(fetch).length % 2 === 0) return refused;
    return { responses: topics.map(({ topicId }) => ({ topicId, partitions: [wrong] })) };
  }, Infinity);
  await using consumer = consumerOf(cluster, { retryBackoffMs: 20, retryBackoffMaxMs: 20 });
  consumer.assign([tp("t")]);
  assertEquals((await consumer.poll(100)).count, 0);
  const { length } = cluster.of(fetch);
  assert(length > 2 && length < 15, `${length}`);
});

Deno.test("errors of the session are got over: the broker forgets it, and the consumer makes another", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  const consumer = world.consumer();
  consumer.assign([tp("t")]);
  await world.write(tp("t"), ["a"]);
  await take(consumer, 1);
  for (
    const error of [
      "FETCH_SESSION_ID_NOT_FOUND",
      "INVALID_FETCH_SESSION_EPOCH",
      "FETCH_SESSION_TOPIC_ID_ERROR",
    ] as const
  ) {
    const fault = world.broker.faults.answer(error, { api: "Fetch", topic: "t" });
    const dropped = world.broker.faults.answer(error, { api: "Fetch" });
    await world.write(tp("t"), [error]);
    assertEquals(values(await take(consumer, 1)), [error]);
    assert(dropped.hits + fault.hits > 0);
    world.broker.faults.clear();
  }
});

Deno.test("drops and delays of fetches lose and double nothing", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t", 3);
  const consumer = world.consumer({
    maxPollRecords: 7,
    reconnectBackoffMs: 1,
    reconnectBackoffMaxMs: 2,
    retryBackoffMaxMs: 5,
  });
  const partitions = [0, 1, 2].map((partition) => tp("t", partition));
  consumer.assign(partitions);
  const seen: string[] = [];
  for (let round = 0; round < 12; round++) {
    world.broker.faults.drop({ api: "Fetch", when: round % 2 === 0 ? "before" : "after" });
    world.broker.faults.delay(3, { api: "Fetch", times: 2 });
    for (const partition of partitions) {
      await world.write(partition, Array.from({ length: 5 }, (_, i) => `${round}.${i}`));
    }
    for (const { partition, offset } of await consumer.poll(20)) {
      seen.push(`${partition}@${offset}`);
    }
  }
  while (seen.length < 180) {
    for (const { partition, offset } of await consumer.poll(1000)) {
      seen.push(`${partition}@${offset}`);
    }
  }
  for (const { partition } of partitions) {
    const offsets = seen.filter((text) => text.startsWith(`${partition}@`));
    assertEquals(offsets, Array.from({ length: 60 }, (_, i) => `${partition}@${i}`));
  }
});

Deno.test("an answer that never comes is given up after request.timeout.ms", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  const never = Promise.withResolvers<void>();
  const consumer = world.consumer({ requestTimeoutMs: 40, reconnectBackoffMs: 1 });
  consumer.assign([tp("t")]);
  const held = world.broker.faults.delay(never.promise, { api: "Fetch" });
  await world.write(tp("t"), ["a"]);
  assertEquals(values(await take(consumer, 1)), ["a"]);
  assertEquals(held.hits, 1);
  never.resolve();
});

Deno.test("a topic that is deleted and made anew is read on, from its beginning", async () => {
  await using world = await ConsumerWorld.start({
    properties: { "auto.create.topics.enable": "false" },
  });
  await world.topic("t");
  await world.write(tp("t"), ["a", "b", "c"]);
  const consumer = world.consumer();
  consumer.assign([tp("t")]);
  await take(consumer, 3);
  await world.deleteTopic("t");
  assertEquals((await consumer.poll(30)).count, 0);
  await world.topic("t");
  await world.write(tp("t"), ["x"]);
  assertEquals(values(await take(consumer, 1)), ["x"]);
});

Deno.test("partitions that come later are read once they are there", async () => {
  await using world = await ConsumerWorld.start({
    properties: { "auto.create.topics.enable": "false" },
  });
  const consumer = world.consumer();
  consumer.assign([tp("late")]);
  assertEquals((await consumer.poll(20)).count, 0);
  await world.topic("late");
  await world.write(tp("late"), ["a"]);
  assertEquals(values(await take(consumer, 1)), ["a"]);
});
