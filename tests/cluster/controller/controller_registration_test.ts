import { assertEquals } from "@std/assert";
import { registerController } from "../../../cluster/controller/controller_registration.ts";
import { brokerDetails, idOf, TestController } from "./controller_support.ts";

const details = {
  controllerId: 1,
  incarnationId: idOf("run"),
  endPoints: [{ name: "CONTROLLER", host: "localhost", port: 9093, securityProtocol: 0 }],
  features: brokerDetails(1).features,
};

Deno.test("a controller registers with where it is and what it can do", () => {
  const controller = new TestController();
  controller.decide((context) => registerController(context, details));
  assertEquals(controller.image.cluster.controllers.get(1), {
    ...details,
    zkMigrationReady: false,
  });
});

Deno.test("before metadata.version 3.7 controllers do not register", () => {
  const controller = new TestController({ metadataVersion: 14, elr: 0 });
  assertEquals(registerController(controller, details).records, []);
});
