import { assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import type { BrokerHeartbeatRequest } from "../../../client/protocol/messages/broker_heartbeat.ts";
import {
  fenceStaleBroker,
  processBrokerHeartbeat,
} from "../../../cluster/controller/broker_heartbeat.ts";
import { registerBroker } from "../../../cluster/controller/broker_registration.ts";
import {
  brokerDetails,
  idOf,
  TestController,
  type TestControllerOptions,
} from "./controller_support.ts";

function threeBrokers(options: TestControllerOptions = {}): TestController {
  return new TestController({ brokers: { 1: {}, 2: {}, 3: {} }, elr: 0, ...options });
}

function heartbeat(
  controller: TestController,
  brokerId: number,
  request: Partial<BrokerHeartbeatRequest> = {},
) {
  return controller.decide((context, nextOffset) =>
    processBrokerHeartbeat(context, {
      brokerId,
      brokerEpoch: context.image.cluster.brokers.get(brokerId)!.brokerEpoch,
      currentMetadataOffset: context.image.offset,
      wantFence: false,
      wantShutDown: false,
      offlineLogDirs: [],
      cordonedLogDirs: null,
      ...request,
    }, nextOffset)
  );
}

Deno.test("a broker that has registered is unfenced when it wants to and knows the metadata", () => {
  const controller = threeBrokers();
  const { response: epoch } = controller.decide((context, nextOffset) =>
    registerBroker(context, brokerDetails(4), nextOffset, true)
  );
  const ask = (currentMetadataOffset: number, wantFence: boolean) =>
    heartbeat(controller, 4, { currentMetadataOffset, wantFence }).response;
  const fenced = { isFenced: true, shouldShutDown: false };
  assertEquals(ask(epoch - 1, false), { isCaughtUp: false, ...fenced });
  assertEquals(ask(epoch, true), { isCaughtUp: true, ...fenced });
  assertEquals(ask(epoch, false), { isCaughtUp: true, isFenced: false, shouldShutDown: false });
  assertEquals(controller.image.cluster.isActive(4), true);
  assertEquals(ask(epoch, true), { isCaughtUp: true, ...fenced });
  assertEquals(controller.image.cluster.isActive(4), false);
});

Deno.test("a broker that is unfenced leads what nobody led", () => {
  const controller = threeBrokers({ brokers: { 1: {}, 2: { fenced: true } } });
  controller.addTopic("t", [{ replicas: [2], leader: -1 }]);
  heartbeat(controller, 2);
  assertEquals(controller.partition("t").leader, 2);
});

Deno.test("a broker stops when others lead, and all know it", () => {
  const controller = threeBrokers();
  controller.addTopic("t", [{ replicas: [1, 2] }, { replicas: [2, 1] }]);
  for (const id of [1, 2, 3]) heartbeat(controller, id);
  const before = controller.image.offset;
  const stop = () => heartbeat(controller, 1, { wantShutDown: true });
  const first = stop();
  assertEquals(first.records.map(({ type }) => type), [
    "BrokerRegistrationChangeRecord",
    "PartitionChangeRecord",
    "PartitionChangeRecord",
  ]);
  assertEquals(first.response, { isCaughtUp: true, isFenced: false, shouldShutDown: false });
  assertEquals(
    [0, 1].map((id) => controller.partition("t", id)).map(({ leader, isr }) => [leader, isr]),
    [
      [2, [2]],
      [2, [2]],
    ],
  );
  assertEquals(stop().response.shouldShutDown, false, "2 and 3 do not know it yet");
  heartbeat(controller, 2);
  heartbeat(controller, 3, { currentMetadataOffset: before + 2 });
  assertEquals(stop().response.shouldShutDown, false);
  heartbeat(controller, 3, { currentMetadataOffset: before + 3 });
  assertEquals(stop().response, { isCaughtUp: true, isFenced: true, shouldShutDown: true });
  assertEquals(controller.image.cluster.brokers.get(1)!.fenced, true);
  assertEquals(stop().records, [], "one that is fenced may stop at once");
});

Deno.test("a broker that leads nothing stops at once, and so does one that leads what nobody else can when it insists", () => {
  const controller = threeBrokers();
  controller.addTopic("t", [{ replicas: [1] }]);
  assertEquals(heartbeat(controller, 2, { wantShutDown: true }).response.shouldShutDown, true);
  const wantShutDown = true;
  assertEquals(heartbeat(controller, 1, { wantShutDown }).response.shouldShutDown, false);
  const both = heartbeat(controller, 3, { wantFence: true, wantShutDown });
  assertEquals([both.response.shouldShutDown, both.response.isFenced], [true, true]);
});

Deno.test("a controller that takes over goes on with a shutdown that its predecessor began", () => {
  const controller = threeBrokers({ brokers: { 1: { inControlledShutdown: true }, 2: {} } });
  controller.addTopic("t", [{ replicas: [1, 2] }]);
  const { records } = heartbeat(controller, 1, { wantShutDown: true });
  assertEquals(records.map(({ type }) => type), ["PartitionChangeRecord"]);
  assertEquals(controller.partition("t").leader, 2);
});

Deno.test("directories that fail or are cordoned are told by heartbeats", () => {
  const [a, b] = [idOf("a"), idOf("b")];
  const controller = threeBrokers({ brokers: { 1: { logDirs: [a, b] }, 2: {} } });
  controller.addTopic("t", [{ replicas: [1, 2], directories: [a, idOf("dir-2")] }]);
  heartbeat(controller, 1, { offlineLogDirs: [a], cordonedLogDirs: [b] });
  const { logDirs, cordonedLogDirs } = controller.image.cluster.brokers.get(1)!;
  assertEquals([logDirs, cordonedLogDirs, controller.partition("t").leader], [[b], [b], 2]);
  const again = heartbeat(controller, 1, { offlineLogDirs: [a], cordonedLogDirs: [b] });
  assertEquals(again.records, []);
});

Deno.test("a heartbeat of another run is refused, and counts for nothing", () => {
  const controller = threeBrokers();
  const error = assertThrows(() => heartbeat(controller, 1, { brokerEpoch: 7 }), KafkaError);
  assertEquals(error.code, "STALE_BROKER_EPOCH");
  assertEquals(controller.heartbeats.nextExpiryMs(), undefined);
});

Deno.test("brokers of which nothing is heard are fenced one after the other", async () => {
  const controller = threeBrokers();
  controller.addTopic("t", [{ replicas: [1, 2, 3] }]);
  heartbeat(controller, 1);
  await controller.clock.advance(100);
  heartbeat(controller, 2);
  await controller.clock.advance(5000);
  heartbeat(controller, 3);
  const fence = () => controller.decide(fenceStaleBroker).response;
  assertEquals([fence(), controller.partition("t").leader], [false, 1]);
  await controller.clock.advance(8900);
  assertEquals([fence(), controller.partition("t").leader], [true, 2]);
  assertEquals([fence(), controller.partition("t").leader], [true, 3]);
  assertEquals([fence(), controller.partition("t").isr], [false, [3]]);
});

Deno.test("an id is not given to a second broker while the first one is heard of", async () => {
  const controller = threeBrokers();
  heartbeat(controller, 1);
  const register = () =>
    controller.decide((context, nextOffset) =>
      registerBroker(
        context,
        brokerDetails(1, { incarnationId: idOf("other") }),
        nextOffset,
        true,
      )
    ).response;
  const error = assertThrows(register, KafkaError);
  assertEquals([error.code, error.message], [
    "DUPLICATE_BROKER_REGISTRATION",
    "Another broker is registered with that broker id. If the broker was recently restarted this should " +
    "self-resolve once the heartbeat manager expires the broker's session.",
  ]);
  await controller.clock.advance(9000);
  const epoch = register();
  assertEquals(controller.image.cluster.brokers.get(1)!.brokerEpoch, epoch);
});

Deno.test("a run that was told that it may stop is over: the next one need not wait", () => {
  const controller = threeBrokers();
  const { response } = heartbeat(controller, 2, { wantShutDown: true });
  assertEquals(response.shouldShutDown, true);
  const details = brokerDetails(2, { incarnationId: idOf("next") });
  const { response: epoch } = controller.decide((context, nextOffset) =>
    registerBroker(context, details, nextOffset, true)
  );
  assertEquals(controller.image.cluster.brokers.get(2)!.brokerEpoch, epoch);
});
