import { assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import { alterPartition } from "../../../../client/protocol/messages/alter_partition.ts";
import { makeTopic, startWithController } from "../../../support/broker.ts";

Deno.test("a leader that says what is so already learns the state of its partition", async () => {
  await using started = await startWithController();
  const { broker, controller, client } = started;
  const topicId = await makeTopic(client, "t");
  const { brokerEpoch } = broker.metadata.cluster.brokers.get(1)!;
  const ask = (epoch: number, apiVersion: number) =>
    controller.call(alterPartition, apiVersion, {
      brokerId: 1,
      brokerEpoch: epoch,
      topics: [{
        topicId,
        partitions: [{
          partitionIndex: 0,
          leaderEpoch: 0,
          partitionEpoch: 0,
          ...(apiVersion < 3
            ? { newIsr: [1] }
            : { newIsrWithEpochs: [{ brokerId: 1, brokerEpoch }] }),
        }],
      }],
    });
  for (const version of [2, 3]) {
    const [partition] = (await ask(brokerEpoch, version)).topics[0]!.partitions;
    assertEquals(partition, {
      partitionIndex: 0,
      errorCode: 0,
      leaderId: 1,
      leaderEpoch: 0,
      isr: [1],
      leaderRecoveryState: 0,
      partitionEpoch: 0,
    });
  }
  assertEquals(errorName((await ask(brokerEpoch + 1, 3)).errorCode), "STALE_BROKER_EPOCH");
});
