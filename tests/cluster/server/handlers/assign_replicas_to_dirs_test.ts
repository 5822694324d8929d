import { assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import { assignReplicasToDirs } from "../../../../client/protocol/messages/assign_replicas_to_dirs.ts";
import { makeTopic, startWithController } from "../../../support/broker.ts";

Deno.test("a broker says where its replicas are, and is told of each", async () => {
  await using started = await startWithController();
  const { broker, controller, client } = started;
  const topicId = await makeTopic(client, "t");
  const { brokerEpoch, logDirs } = broker.metadata.cluster.brokers.get(1)!;
  const ask = (epoch: number) =>
    controller.call(assignReplicasToDirs, 0, {
      brokerId: 1,
      brokerEpoch: epoch,
      directories: [{
        id: logDirs[0]!,
        topics: [{ topicId, partitions: [{ partitionIndex: 0 }, { partitionIndex: 99 }] }],
      }],
    });
  const [directory] = (await ask(brokerEpoch)).directories;
  assertEquals(directory!.id, logDirs[0]);
  assertEquals(
    directory!.topics[0]!.partitions.map(({ errorCode }) => errorName(errorCode)),
    ["NONE", "UNKNOWN_TOPIC_OR_PARTITION"],
  );
  assertEquals(errorName((await ask(brokerEpoch + 1)).errorCode), "STALE_BROKER_EPOCH");
});
