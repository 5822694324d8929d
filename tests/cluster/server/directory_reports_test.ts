import { assertEquals } from "@std/assert";
import type { ControllerDriver } from "../../../cluster/controller/controller_driver.ts";
import type { ControllerContext, Decision } from "../../../cluster/controller/decision.ts";
import { DirectoryReports } from "../../../cluster/server/directory_reports.ts";
import { createTopics } from "../../../client/protocol/messages/create_topics.ts";
import { UNASSIGNED_DIRECTORY } from "../../../cluster/controller/partition_registration.ts";
import { makeTopic, startBroker } from "../../support/broker.ts";
import { CollectingLogger } from "../../support/manual_env.ts";
import { idOf, TestController } from "../controller/controller_support.ts";

const A = idOf("dir-a");
const B = idOf("dir-b");

/** A controller that decides when it is told to. */
class LaterController {
  readonly waiting: (() => void)[] = [];
  readonly #context: TestController;
  isActive = true;

  constructor(context: TestController) {
    this.#context = context;
  }

  submit<R>(decide: (context: ControllerContext, nextOffset: number) => Decision<R>): Promise<R> {
    return new Promise((resolve, reject) =>
      this.waiting.push(() => {
        if (!this.isActive) return reject(new Error("not active"));
        resolve(this.#context.decide(decide).response);
      })
    );
  }

  async decideAll(): Promise<void> {
    for (const decide of this.waiting.splice(0)) decide();
    for (let i = 0; i < 5; i++) await Promise.resolve();
  }
}

function reports() {
  const context = new TestController({ brokers: { 1: { logDirs: [A, B] } } });
  context.addTopic("t", [{ directories: [A] }, { directories: [A] }, { directories: [A] }]);
  const controller = new LaterController(context);
  const logger = new CollectingLogger();
  const told = new DirectoryReports({
    controller: controller as unknown as ControllerDriver,
    brokerId: 1,
    logger,
  });
  return { context, controller, logger, told };
}

Deno.test("what happens until the controller has its turn is told at once", async () => {
  const { context, controller, told } = reports();
  for (const partition of [0, 1]) told.assigned(idOf("t"), partition, B);
  assertEquals(controller.waiting.length, 1);
  await controller.decideAll();
  assertEquals([0, 1, 2].map((id) => context.partition("t", id).directories), [[B], [B], [A]]);
  told.assigned(idOf("t"), 2, B);
  await controller.decideAll();
  assertEquals(context.partition("t", 2).directories, [B]);
});

Deno.test("what the controller could not be told is told with the next event", async () => {
  const { context, controller, told, logger } = reports();
  controller.isActive = false;
  told.assigned(idOf("t"), 0, B);
  await controller.decideAll();
  assertEquals(logger.matching("Failed to tell the controller").length, 1);
  controller.isActive = true;
  told.assigned(idOf("t"), 1, B);
  await controller.decideAll();
  assertEquals([0, 1].map((id) => context.partition("t", id).directories), [[B], [B]]);
});

Deno.test("a broker with several log directories tells where it has put each partition", async () => {
  await using started = await startBroker({
    "log.dirs": "/data,/more",
    "metadata.log.dir": "/data",
  });
  const { broker, client } = started;
  await makeTopic(client, "t", 4);
  const { logDirs } = broker.metadata.cluster.brokers.get(1)!;
  const told = () =>
    [...broker.metadata.topics.byName.get("t")!.partitions.values()].map(({ directories }) =>
      directories[0]!
    );
  // The answer of CreateTopics does not wait for it.
  while (told().includes(UNASSIGNED_DIRECTORY)) {
    await client.call(createTopics, 7, { topics: [], timeoutMs: 1000 });
  }
  assertEquals(new Set(told()), new Set(logDirs));
  assertEquals(logDirs.length, 2);
});
