import { assertEquals, assertRejects } from "@std/assert";
import { KafkaError } from "../../../../client/protocol/error_codes.ts";
import { controllerRegistration } from "../../../../client/protocol/messages/controller_registration.ts";
import type { ControllerDriver } from "../../../../cluster/controller/controller_driver.ts";
import { controllerRegistrationHandler } from "../../../../cluster/server/handlers/controller_registration.ts";
import { startWithController } from "../../../support/broker.ts";
import { callLater } from "../../../support/handler_call.ts";
import { idOf, TestController } from "../../controller/controller_support.ts";

const request = {
  controllerId: 3,
  incarnationId: idOf("run-3"),
  listeners: [{ name: "CONTROLLER", host: "localhost", port: 9093, securityProtocol: 0 }],
  features: [{ name: "metadata.version", minSupportedVersion: 7, maxSupportedVersion: 30 }],
};

Deno.test("a second controller says where it is found", async () => {
  await using started = await startWithController();
  const { broker, controller } = started;
  const { errorCode, errorMessage } = await controller.call(controllerRegistration, 0, request);
  assertEquals([errorCode, errorMessage], [0, null]);
  const { endPoints, features } = broker.metadata.cluster.controllers.get(3)!;
  assertEquals([endPoints, features], [request.listeners, request.features]);
});

Deno.test("a cluster of a version without registered controllers refuses that", async () => {
  const old = new TestController({ metadataVersion: 14 });
  const submit = async (decide: Parameters<ControllerDriver["submit"]>[0]) =>
    await Promise.resolve().then(() => decide(old, 0).response);
  const handler = controllerRegistrationHandler({
    controller: { submit: submit as ControllerDriver["submit"] },
  });
  const error = await assertRejects(() => callLater(handler, 0, request), KafkaError);
  assertEquals([error.code, error.message], [
    "UNSUPPORTED_VERSION",
    "The current MetadataVersion is too old to support controller registrations.",
  ]);
});
