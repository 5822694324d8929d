import { assertEquals } from "@std/assert";
import { metadataRecord } from "../../../cluster/controller/metadata_records.ts";
import { localControllerWorld, registrationManager } from "../../support/local_controller.ts";
import { featureLevel, idOf, TestController } from "../controller/controller_support.ts";

const settled = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

function open(metadataVersion?: number) {
  const context = new TestController(metadataVersion === undefined ? {} : { metadataVersion });
  const world = localControllerWorld(context);
  const manager = registrationManager(world);
  const registrations = () =>
    context.records.filter(({ type }) => type === "RegisterControllerRecord").length;
  return { ...world, context, manager, registrations };
}

Deno.test("a controller registers, once, and again when another run of it is in its place", async () => {
  const { context, manager, registrations } = open();
  manager.follow(context.image);
  manager.follow(context.image);
  await settled();
  manager.follow(context.image);
  await settled();
  assertEquals(registrations(), 1);
  const registered = context.image.cluster.controllers.get(1)!;
  assertEquals(registered.endPoints.map(({ name, port }) => [name, port]), [["CONTROLLER", 9093]]);
  context.replay(
    metadataRecord("RegisterControllerRecord", 0, {
      ...registered,
      controllerId: 1,
      zkMigrationReady: false,
      incarnationId: idOf("another"),
    }),
  );
  manager.follow(context.image);
  await settled();
  assertEquals(context.image.cluster.controllers.get(1)!.incarnationId, registered.incarnationId);
  await manager.shutdown();
});

Deno.test("other metadata that comes before the registration does not bring about a second one", async () => {
  const { context, manager, registrations } = open();
  const before = { cluster: { controllers: new Map() }, metadataVersion: 30 };
  manager.follow(before as unknown as typeof context.image);
  await settled();
  manager.follow(before as unknown as typeof context.image);
  await settled();
  assertEquals(registrations(), 1);
  await manager.shutdown();
});

Deno.test("old clusters know of no registered controllers, until they are upgraded", async () => {
  const { context, manager, registrations } = open(14);
  manager.follow(context.image);
  await settled();
  assertEquals(registrations(), 0);
  context.replay(featureLevel("metadata.version", 30));
  manager.follow(context.image);
  await settled();
  assertEquals(registrations(), 1);
  await manager.shutdown();
});

Deno.test("a controller that cannot register tries again, less and less often, until it stops", async () => {
  const { context, manager, registrations, quorum, env } = open();
  quorum.hasLeader = false;
  manager.follow(context.image);
  await env.clock.advance(2000);
  assertEquals(env.logger.matching("Could not register the controller").length, 1);
  quorum.hasLeader = true;
  await env.clock.advance(130);
  assertEquals(registrations(), 1);
  await manager.shutdown();
  const stopped = open();
  stopped.quorum.hasLeader = false;
  stopped.manager.follow(stopped.context.image);
  await stopped.manager.shutdown();
  assertEquals(stopped.registrations(), 0);
});
