import { assertEquals } from "@std/assert";
import { errorCode, type ErrorName } from "../../../client/protocol/error_codes.ts";
import type { AssignReplicasToDirsRequest } from "../../../client/protocol/messages/assign_replicas_to_dirs.ts";
import { createTopics } from "../../../client/protocol/messages/create_topics.ts";
import { UNASSIGNED_DIRECTORY } from "../../../cluster/controller/partition_registration.ts";
import { assignReplicasToDirs } from "../../../cluster/controller/replica_directories.ts";
import { AssignmentsManager } from "../../../cluster/server/assignments_manager.ts";
import type { ControllerChannel } from "../../../cluster/server/controller_channel.ts";
import { makeTopic, startBroker } from "../../support/broker.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { idOf, LATEST, TestController } from "../controller/controller_support.ts";

const A = idOf("dir-a");
const B = idOf("dir-b");
const T = idOf("t");

/** A broker with three partitions in A, and a controller that decides when it is told to. */
function open({ metadataVersion = LATEST, partitions = 3 } = {}) {
  const elr = metadataVersion === LATEST ? 1 : 0;
  const brokers = { 1: { logDirs: [A, B] }, 2: {} };
  const context = new TestController({ brokers, metadataVersion, elr });
  context.addTopic("t", Array.from({ length: partitions }, () => ({ directories: [A] })));
  context.addTopic("theirs", [{ replicas: [2] }]);
  const env = { ...manualEnv(), clock: context.clock };
  const asked: AssignReplicasToDirsRequest[] = [];
  const answers: ((error: ErrorName) => void)[] = [];
  const ended = new AbortController();
  const send = (_api: unknown, request: AssignReplicasToDirsRequest) => {
    asked.push(request);
    return new Promise((resolve, reject) => {
      ended.signal.addEventListener("abort", () => reject(new Error("closed")));
      answers.push((error) => {
        if (error !== "NONE") return resolve({ errorCode: errorCode(error), directories: [] });
        const { response } = context.decide((context) => assignReplicasToDirs(context, request));
        resolve({ errorCode: 0, directories: response });
      });
    });
  };
  const manager = new AssignmentsManager({
    env,
    brokerId: 1,
    brokerEpoch: () => 101,
    channel: {
      send: send as unknown as ControllerChannel["send"],
      controllerVersions: undefined,
      shutdown: () => Promise.resolve(ended.abort()),
    },
    image: () => context.image,
  });
  const settled = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  return {
    ...{ context, env, manager, asked, settled },
    /** The replicas of each request. */
    told: () =>
      asked.map(({ directories }) =>
        directories.flatMap(({ topics }) => topics.flatMap(({ partitions }) => partitions))
          .map(({ partitionIndex }) => partitionIndex)
      ),
    directories: () => [0, 1, 2].map((id) => context.partition("t", id).directories[0]),
    async answer(error: ErrorName = "NONE") {
      await settled();
      answers.shift()!(error);
      await settled();
    },
  };
}

Deno.test("replicas are told together: those of one turn, and those that come while the controller is at it", async () => {
  const { manager, told, answer, directories } = open();
  for (const partition of [0, 1]) manager.assigned(T, partition, B);
  await answer();
  assertEquals([told(), directories()], [[[0, 1]], [B, B, A]]);
  manager.assigned(T, 0, A);
  manager.assigned(T, 2, A);
  manager.assigned(T, 2, B);
  await answer();
  assertEquals([told(), directories()], [[[0, 1], [0, 2]], [A, B, B]]);
  await manager.shutdown();
});

Deno.test("a controller that cannot be asked is asked again, after longer and longer waits", async () => {
  const { manager, env, told, answer, directories } = open();
  manager.assigned(T, 0, B);
  await answer("STALE_BROKER_EPOCH");
  await env.clock.advance(99);
  assertEquals(told().length, 1);
  await env.clock.advance(1);
  await answer("REQUEST_TIMED_OUT");
  await env.clock.advance(199);
  assertEquals(told().length, 2);
  // It has gone elsewhere meanwhile.
  manager.assigned(T, 0, A);
  manager.assigned(T, 1, B);
  await env.clock.advance(1);
  await answer();
  assertEquals(directories(), [A, B, A]);
  assertEquals(env.logger.matching("Failed to tell the controller", "error").length, 2);
  await manager.shutdown();
});

Deno.test("a replica that the controller does not know is told again, unless it is not to be here any more", async () => {
  const { manager, context, env, asked, answer } = open();
  manager.assigned(idOf("theirs"), 0, B);
  manager.assigned(idOf("gone"), 0, B);
  await env.clock.advance(1);
  assertEquals(asked, []);
  // It goes while the request is on its way.
  manager.assigned(T, 0, B);
  manager.assigned(T, 1, B);
  await env.clock.advance(1);
  const { partitions } = context.image.topics.byId.get(T)!;
  (partitions as Map<number, unknown>).delete(0);
  await answer();
  await env.clock.advance(10_000);
  assertEquals([asked.length, context.partition("t", 1).directories], [1, [B]]);
  await manager.shutdown();
});

Deno.test("a request names no more than 2250 replicas", async () => {
  const { manager, told, answer } = open({ partitions: 2300 });
  for (let partition = 0; partition < 2300; partition++) manager.assigned(T, partition, B);
  await answer();
  await answer();
  assertEquals(told().map(({ length }) => length), [2250, 50]);
  await manager.shutdown();
});

Deno.test("at an old metadata.version directories are nobody's business", async () => {
  const { manager, env, asked } = open({ metadataVersion: 14 });
  manager.assigned(T, 0, B);
  await env.clock.advance(1000);
  assertEquals(asked, []);
  await manager.shutdown();
});

Deno.test("a broker that stops tells nothing any more, and waits for nothing", async () => {
  const { manager, asked, settled, env } = open();
  manager.assigned(T, 0, B);
  await settled();
  await manager.shutdown();
  manager.assigned(T, 1, B);
  await settled();
  assertEquals([asked.length, env.clock.sleeping, env.logger.lines], [1, 0, []]);
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
