import { assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import { brokerHeartbeat } from "../../../../client/protocol/messages/broker_heartbeat.ts";
import { brokerRegistration } from "../../../../client/protocol/messages/broker_registration.ts";
import { startWithController } from "../../../support/broker.ts";
import { brokerDetails } from "../../controller/controller_support.ts";

Deno.test("a broker that has joined is unfenced, and stops when it wants to", async () => {
  await using started = await startWithController();
  const { broker, controller } = started;
  const { endPoints: listeners, ...details } = brokerDetails(2);
  const { brokerEpoch } = await controller.call(brokerRegistration, 4, {
    ...details,
    listeners,
    clusterId: broker.clusterId,
  });
  const beat = async (wantShutDown: boolean, told: { readonly brokerEpoch?: number } = {}) => {
    const { errorCode, isCaughtUp, isFenced, shouldShutDown } = await controller.call(
      brokerHeartbeat,
      2,
      {
        brokerId: 2,
        brokerEpoch,
        currentMetadataOffset: broker.metadata.offset,
        wantShutDown,
        ...told,
      },
    );
    return [errorName(errorCode), isCaughtUp, isFenced, shouldShutDown];
  };
  assertEquals(await beat(false, { brokerEpoch: 7 }), ["STALE_BROKER_EPOCH", false, true, false]);
  assertEquals(await beat(false), ["NONE", true, false, false]);
  assertEquals(broker.metadata.cluster.isActive(2), true);
  assertEquals(await beat(true), ["NONE", true, true, true]);
  assertEquals(broker.metadata.cluster.isActive(2), false);
});
