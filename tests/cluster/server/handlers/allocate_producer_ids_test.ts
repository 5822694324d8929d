import { assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import { allocateProducerIds } from "../../../../client/protocol/messages/allocate_producer_ids.ts";
import { startBroker, withController } from "../../../support/broker.ts";
import { TestClient } from "../../../support/test_client.ts";

Deno.test("each block of ids begins where the last one ended, for a broker of this epoch alone", async () => {
  await using started = await startBroker(withController);
  const { broker, transport } = started;
  const endpoint = broker.endpoints.find(({ listenerName }) => listenerName === "CONTROLLER")!;
  using client = await TestClient.connect(transport, endpoint);
  const { brokerEpoch } = broker.metadata.cluster.brokers.get(1)!;
  const ask = async (brokerEpoch: number) => {
    const answer = await client.call(allocateProducerIds, 0, { brokerId: 1, brokerEpoch });
    return [errorName(answer.errorCode), answer.producerIdStart, answer.producerIdLen];
  };
  assertEquals(await ask(brokerEpoch), ["NONE", 0, 1000]);
  assertEquals(await ask(brokerEpoch), ["NONE", 1000, 1000]);
  assertEquals(await ask(brokerEpoch + 1), ["STALE_BROKER_EPOCH", 0, 0]);
});
