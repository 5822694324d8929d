import { assertEquals } from "@std/assert";
import { findCoordinator } from "../../../../client/protocol/messages/find_coordinator.ts";
import { offsetCommit } from "../../../../client/protocol/messages/offset_commit.ts";
import { offsetFetch } from "../../../../client/protocol/messages/offset_fetch.ts";
import { CONFIG_RESOURCE_TYPE } from "../../../../cluster/controller/configs_image.ts";
import { readWholeFile } from "../../../../storage/file/file_system.ts";
import { batchesIn } from "../../../../storage/record/memory_records.ts";
import { type RunningBroker, runningBroker } from "./running_broker.ts";

const GROUP = 0, TRANSACTION = 1;
const MINUTE = 60_000;

/** Waits until a key has a coordinator, for which its topic is made. */
async function coordinated({ client, pass }: RunningBroker, keyType: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const { coordinators } = await client.call(findCoordinator, 6, {
      keyType,
      coordinatorKeys: ["k"],
    });
    if (coordinators[0]!.errorCode === 0) return;
    await pass(1);
  }
  throw new Error("no coordinator");
}

/** Commits an offset of a group that has no members. */
async function commit({ client }: RunningBroker): Promise<void> {
  const { topics } = await client.call(offsetCommit, 9, {
    groupId: "k",
    topics: [{ name: "t", partitions: [{ partitionIndex: 0, committedOffset: 1 }] }],
  });
  assertEquals(topics[0]!.partitions[0]!.errorCode, 0);
}

/** The partitions and configs that a topic was made with. */
function made({ broker }: RunningBroker, topic: string, configs: readonly string[]) {
  const { topics, configs: all } = broker.metadata;
  const { partitions } = topics.byName.get(topic)!;
  const values = all.of(CONFIG_RESOURCE_TYPE.TOPIC, topic);
  return [
    partitions.size,
    partitions.get(0)!.replicas.length,
    ...configs.map((name) => values.get(name)),
  ];
}

Deno.test("offsets.retention.check.interval.ms: offsets whose time is over are looked for so often", async () => {
  await using running = await runningBroker({
    "offsets.retention.minutes": "1",
    "offsets.retention.check.interval.ms": `${3 * MINUTE}`,
    "offsets.topic.num.partitions": "1",
  });
  await running.topic("t");
  await coordinated(running, GROUP);
  await commit(running);
  const committed = async () => {
    const { groups } = await running.client.call(offsetFetch, 9, {
      groups: [{ groupId: "k", memberId: null, memberEpoch: -1, topics: null }],
    });
    return groups[0]!.topics.length;
  };
  await running.pass(2 * MINUTE);
  assertEquals(await committed(), 1);
  await running.pass(MINUTE + 1000);
  assertEquals(await committed(), 0);
});

Deno.test("offsets.topic.num.partitions and its like: the topic of groups is made with what is set", async () => {
  await using running = await runningBroker({
    "offsets.topic.num.partitions": "3",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.segment.bytes": "2000000",
  });
  await coordinated(running, GROUP);
  const configs = ["segment.bytes", "cleanup.policy"];
  assertEquals(made(running, "__consumer_offsets", configs), [3, 1, "2000000", "compact"]);
});

Deno.test("offsets.topic.compression.codec: what groups write is compressed as is set", async () => {
  await using running = await runningBroker({
    "offsets.topic.num.partitions": "1",
    "offsets.topic.compression.codec": "4",
  });
  await running.topic("t");
  await coordinated(running, GROUP);
  await commit(running);
  const file = "/data/__consumer_offsets-0/00000000000000000000.log";
  const [batch] = batchesIn(readWholeFile(running.env.fileSystem, file));
  assertEquals(batch!.compressionType, "zstd");
});

Deno.test("transaction.state.log.num.partitions and its like: the topic of transactions is made with what is set", async () => {
  await using running = await runningBroker({
    "transaction.state.log.num.partitions": "2",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.segment.bytes": "3000000",
  });
  await coordinated(running, TRANSACTION);
  const configs = ["segment.bytes", "min.insync.replicas"];
  assertEquals(made(running, "__transaction_state", configs), [2, 1, "3000000", "1"]);
});
