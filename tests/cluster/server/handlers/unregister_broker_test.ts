import { assertEquals } from "@std/assert";
import { errorCode } from "../../../../client/protocol/error_codes.ts";
import { unregisterBroker } from "../../../../client/protocol/messages/unregister_broker.ts";
import { startBroker } from "../../../support/broker.ts";

Deno.test("a broker that is not registered cannot be forgotten", async () => {
  await using started = await startBroker();
  const response = await started.client.call(unregisterBroker, 0, { brokerId: 9 });
  assertEquals([response.errorCode, response.errorMessage], [
    errorCode("BROKER_ID_NOT_REGISTERED"),
    "Broker ID 9 is not currently registered",
  ]);
});

Deno.test("one that is registered is forgotten, and is there again after its next start", async () => {
  const first = await startBroker();
  assertEquals((await first.client.call(unregisterBroker, 0, { brokerId: 1 })).errorCode, 0);
  assertEquals(first.broker.metadata.cluster.brokers.size, 0);
  await first[Symbol.asyncDispose]();
  await using second = await startBroker({}, { env: first.env });
  assertEquals(second.broker.metadata.cluster.isActive(1), true);
});
