import { assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import {
  brokerRegistration,
  type BrokerRegistrationRequest,
} from "../../../../client/protocol/messages/broker_registration.ts";
import { startWithController } from "../../../support/broker.ts";
import { brokerDetails } from "../../controller/controller_support.ts";

Deno.test("a second broker joins the cluster of its id, and leads nothing yet", async () => {
  await using started = await startWithController();
  const { broker, controller } = started;
  const { endPoints: listeners, ...details } = brokerDetails(2, { rack: "r" });
  const register = async (told: Partial<BrokerRegistrationRequest> = {}) => {
    const { errorCode, brokerEpoch } = await controller.call(brokerRegistration, 4, {
      ...details,
      listeners,
      clusterId: broker.clusterId,
      ...told,
    });
    return [errorName(errorCode), brokerEpoch];
  };
  assertEquals(await register({ clusterId: "another" }), ["INCONSISTENT_CLUSTER_ID", -1]);
  assertEquals(await register({ isMigratingZkBroker: true }), ["BROKER_ID_NOT_REGISTERED", -1]);
  const [error, epoch] = await register();
  const { brokerEpoch, fenced, rack, endPoints, logDirs } = broker.metadata.cluster.brokers.get(2)!;
  assertEquals([error, fenced, rack], ["NONE", true, "r"]);
  assertEquals([brokerEpoch, endPoints, logDirs], [epoch, listeners, details.logDirs]);
});
