import { assertEquals, assertRejects } from "@std/assert";
import { NetworkError } from "../../../client/network/transport.ts";
import { errorName } from "../../../client/protocol/error_codes.ts";
import { allocateProducerIds } from "../../../client/protocol/messages/allocate_producer_ids.ts";
import { brokerHeartbeat } from "../../../client/protocol/messages/broker_heartbeat.ts";
import { createTopics } from "../../../client/protocol/messages/create_topics.ts";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";
import { CLOSE_CONNECTION } from "../../../cluster/server/api_handler.ts";
import { LocalController } from "../../../cluster/server/local_controller.ts";
import { RequestDispatcher } from "../../../cluster/server/request_dispatcher.ts";
import { brokerHeartbeatHandler } from "../../../cluster/server/handlers/broker_heartbeat.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { decider } from "../../support/local_controller.ts";
import { TestController } from "../controller/controller_support.ts";

function local(): { local: LocalController; context: TestController } {
  const context = new TestController();
  const handlers = [
    brokerHeartbeatHandler({ controller: decider(context), connections: { heard() {} } }),
    { api: allocateProducerIds, handle: () => CLOSE_CONNECTION, onError: () => CLOSE_CONNECTION },
  ] as const;
  const dispatcher = new RequestDispatcher({ env: manualEnv(), handlers });
  return {
    local: new LocalController({ nodeId: 1, listenerName: "CONTROLLER", dispatcher }),
    context,
  };
}

Deno.test("the controller of a node answers it as it would over the network: defaults are filled in, errors are codes", async () => {
  const { local: controller } = local();
  const answer = await controller.send(brokerHeartbeat, {
    brokerId: 1,
    brokerEpoch: 101,
    currentMetadataOffset: 1000,
  });
  assertEquals([answer.errorCode, answer.isCaughtUp, answer.isFenced], [0, true, false]);
  const refused = await controller.send(brokerHeartbeat, { brokerId: 1, brokerEpoch: 99 });
  assertEquals(errorName(refused.errorCode), "STALE_BROKER_EPOCH");
});

Deno.test("that a broker was heard of counts before the controller has its turn", () => {
  const { local: controller, context } = local();
  const broker = { brokerId: 1, brokerEpoch: 101 };
  assertEquals(context.heartbeats.hasSession(broker), false);
  const answered = controller.send(brokerHeartbeat, broker);
  assertEquals(context.heartbeats.hasSession(broker), true);
  return answered.then(() => {});
});

Deno.test("a request that the controller does not take is refused, and one without an answer is a lost connection", async () => {
  const { local: controller } = local();
  await assertRejects(() => controller.send(createTopics, {}), ProtocolError, "CreateTopics");
  await assertRejects(() => controller.send(allocateProducerIds, {}), NetworkError);
});
