import { assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { checkBrokerEpoch } from "../../../cluster/controller/broker_epoch.ts";
import { TestController } from "./controller_support.ts";

Deno.test("only the run of a broker that has registered last is listened to", () => {
  const controller = new TestController();
  const refused = (id: number, epoch: number) => {
    const error = assertThrows(() => checkBrokerEpoch(controller, id, epoch), KafkaError);
    return [error.code, error.message];
  };
  assertEquals(checkBrokerEpoch(controller, 1, 101).brokerId, 1);
  assertEquals(refused(1, 100), [
    "STALE_BROKER_EPOCH",
    "Expected broker epoch 101, but got broker epoch 100",
  ]);
  assertEquals(refused(9, 100), [
    "STALE_BROKER_EPOCH",
    "No broker registration found for broker id 9",
  ]);
});
