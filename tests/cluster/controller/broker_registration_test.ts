import { assert, assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  beginControlledShutdown,
  type BrokerDetails,
  cordonDirectories,
  fenceBroker,
  registerBroker,
  unregisterBroker,
} from "../../../cluster/controller/broker_registration.ts";
import type { ControllerContext } from "../../../cluster/controller/decision.ts";
import { MetadataDelta } from "../../../cluster/controller/metadata_delta.ts";
import {
  decodeMetadataRecord,
  type MetadataRecord,
  type RegisterBrokerRecord,
} from "../../../cluster/controller/metadata_records.ts";
import { MetadataReplay } from "../../../cluster/controller/metadata_replay.ts";
import { apply, clusterOf } from "../../support/controller.ts";
import { brokerDetails, idOf, kafkasBatches, shown, TestController } from "./controller_support.ts";

const details = {
  brokerId: 1,
  incarnationId: "BROKERINCARNATIONxxxxA",
  endPoints: [{ name: "PLAINTEXT", host: "localhost", port: 9092, securityProtocol: 0 }],
  features: [{ name: "metadata.version", minSupportedVersion: 7, maxSupportedVersion: 30 }],
  rack: "r",
  logDirs: ["DIRBxxxxxxxxxxxxxxxxxA", "DIRAxxxxxxxxxxxxxxxxxA"],
};

Deno.test("a broker registers fenced, under the offset of its record, and is then unfenced", () => {
  const context = clusterOf();
  const { cluster } = context.image;
  assertEquals(apply(context, registerBroker(context, details, 42, true)), 42);
  const broker = cluster.brokers.get(1)!;
  assertEquals([broker.brokerEpoch, broker.fenced, broker.rack], [42, true, "r"]);
  assertEquals(broker.logDirs, ["DIRAxxxxxxxxxxxxxxxxxA", "DIRBxxxxxxxxxxxxxxxxxA"]);
  apply(context, fenceBroker(context, 1, false));
  assert(cluster.isActive(1));
  assertEquals(fenceBroker(context, 1, false).records, []);
  assertEquals(fenceBroker(context, 9, false).records, []);
});

Deno.test("a broker that comes back has a new epoch", () => {
  const context = clusterOf();
  apply(context, registerBroker(context, details, 42, false));
  const next = { ...details, incarnationId: "NEXTINCARNATIONxxxxxxA" };
  apply(context, registerBroker(context, next, 50, true));
  assertEquals(context.image.cluster.brokers.get(1)!.brokerEpoch, 50);
});

Deno.test("only a registered broker can be unregistered", () => {
  const context = clusterOf();
  apply(context, registerBroker(context, details, 42, false));
  apply(context, unregisterBroker(context, 1));
  const error = assertThrows(() => unregisterBroker(context, 1), KafkaError, "Broker ID 1");
  assertEquals(error.code, "BROKER_ID_NOT_REGISTERED");
});

/** Kafka's records from one offset to another, and the metadata before them. */
function kafkas(
  from: number,
  to: number,
): { context: ControllerContext; records: MetadataRecord[] } {
  const replay = new MetadataReplay();
  const records: MetadataRecord[] = [];
  for (const batch of kafkasBatches()) {
    if (batch.lastOffset < from) replay.batch(batch, new MetadataDelta());
    else if (batch.lastOffset <= to) records.push(...batch.records.map(decodeMetadataRecord));
  }
  const { random, rules, heartbeats } = new TestController();
  return { context: { image: replay.image, random, rules, nodeId: 1, heartbeats }, records };
}

const inOneOrder = (records: readonly MetadataRecord[]) => records.map(shown).sort();

Deno.test("a broker that stops in order gives up all partitions with the records that Kafka writes", () => {
  const { context, records } = kafkas(265, 282);
  const decided = beginControlledShutdown(context, 1).records;
  assertEquals(inOneOrder(decided), inOneOrder(records));
  assertEquals(shown(decided[0]!), shown(records[0]!), "the broker comes first");
  for (const record of decided) context.image.replay(record);
  assertEquals(beginControlledShutdown(context, 1).records, []);
});

Deno.test("a broker is fenced with the record that Kafka writes", () => {
  const { context, records } = kafkas(283, 283);
  assertEquals(fenceBroker(context, 1, true).records.map(shown), records.map(shown));
});

Deno.test("a broker that is unfenced leads again, with the records that Kafka writes", () => {
  const { context, records } = kafkas(141, 159);
  const decided = fenceBroker(context, 1, false).records;
  // Kafka wrote behind them, in the same batch, what the broker has cordoned.
  assertEquals(inOneOrder(decided), inOneOrder(records.slice(0, -1)));
  for (const record of decided) context.image.replay(record);
  assertEquals(cordonDirectories(context, 1, []).records.map(shown), records.slice(-1).map(shown));
});

Deno.test("a broker that comes back after a clean stop registers with the one record that Kafka writes", () => {
  const { context, records: [kafkas139] } = kafkas(139, 139);
  const { brokerId, incarnationId, endPoints, features, rack, logDirs } = kafkas139!
    .data as RegisterBrokerRecord;
  const { records, response } = registerBroker(
    context,
    { brokerId, incarnationId, endPoints, features, rack, logDirs, previousBrokerEpoch: 14 },
    139,
    true,
  );
  assertEquals(response, 139);
  assertEquals(records.map(shown), [shown(kafkas139!)]);
});

/** A controller with a topic of two partitions that broker 1 leads, the second with broker 2. */
function controllerWithPartitions(elr = 1): TestController {
  const controller = new TestController({ elr, brokers: { 1: {}, 2: {} } });
  controller.addTopic("t", [{}, { replicas: [1, 2] }]);
  return controller;
}

function register(controller: TestController, partial: Partial<BrokerDetails> = {}) {
  const told = brokerDetails(1, { incarnationId: idOf("next"), ...partial });
  return controller.decide((context, nextOffset) =>
    registerBroker(context, told, nextOffset, true)
  );
}

Deno.test("a broker that stopped without notice is in sync nowhere, and leads again where nobody else can", () => {
  const controller = controllerWithPartitions();
  register(controller);
  assertEquals(
    [controller.partition("t", 0), controller.partition("t", 1)].map((partition) => [
      partition.leader,
      partition.isr,
      partition.elr,
      partition.lastKnownElr,
    ]),
    [[-1, [], [], [1]], [2, [2], [], []]],
  );
  controller.decide((context) => fenceBroker(context, 1, false));
  const { leader, isr, leaderEpoch, leaderRecoveryState } = controller.partition("t");
  assertEquals({ leader, isr, leaderEpoch, leaderRecoveryState }, {
    leader: 1,
    isr: [1],
    leaderEpoch: 2,
    leaderRecoveryState: 1,
  });
});

Deno.test("a broker that stopped cleanly stays eligible, and recovers from nothing", () => {
  const controller = controllerWithPartitions();
  register(controller, { previousBrokerEpoch: 101 });
  assertEquals(controller.partition("t").elr, [1]);
  controller.decide((context) => fenceBroker(context, 1, false));
  const { leader, isr, elr, leaderRecoveryState } = controller.partition("t");
  assertEquals({ leader, isr, elr, leaderRecoveryState }, {
    leader: 1,
    isr: [1],
    elr: [],
    leaderRecoveryState: 0,
  });
});

Deno.test("without eligible leaders a lone broker stays in sync, whichever way it stopped", () => {
  const controller = controllerWithPartitions(0);
  register(controller);
  assertEquals([controller.partition("t").leader, controller.partition("t").isr], [-1, [1]]);
  controller.decide((context) => fenceBroker(context, 1, false));
  assertEquals([controller.partition("t").leader, controller.partition("t").leaderRecoveryState], [
    1,
    0,
  ]);
});

Deno.test("the epoch is the offset of the first record that is written for the broker, not of its own", () => {
  const controller = controllerWithPartitions();
  const next = controller.image.offset + 1;
  const { records, response } = register(controller);
  assertEquals([response, records.length], [next, 3]);
  assertEquals(controller.image.cluster.brokers.get(1)!.brokerEpoch, next);
});

Deno.test("the same run of a broker amends its registration and keeps its epoch", () => {
  const controller = controllerWithPartitions();
  const { response, records } = register(controller, { incarnationId: idOf("run-1"), rack: "new" });
  assertEquals([response, records.length], [101, 1]);
  const { fenced, rack } = controller.image.cluster.brokers.get(1)!;
  assertEquals([fenced, rack], [false, "new"]);
});

Deno.test("a broker that cannot be part of the cluster is refused in Kafka's words", () => {
  const controller = controllerWithPartitions();
  const level = { minSupportedVersion: 7, maxSupportedVersion: 20 };
  for (
    const [partial, code, message] of [
      [{ logDirs: [] }, "INVALID_REGISTRATION", "No directories specified in request"],
      [
        { logDirs: ["AAAAAAAAAAAAAAAAAAAAAQ"] },
        "INVALID_REGISTRATION",
        "Reserved directory ID in request",
      ],
      [
        { logDirs: [idOf("d"), idOf("d")] },
        "INVALID_REGISTRATION",
        "Duplicate directory ID in request",
      ],
      [
        { logDirs: [idOf("dir-2")] },
        "INVALID_REGISTRATION",
        `Broker 2 is already registered with directory ${idOf("dir-2")}`,
      ],
      [
        { features: [] },
        "INVALID_REGISTRATION",
        "Request features do not contain 'metadata.version'",
      ],
      [
        { features: [{ name: "metadata.version", ...level }] },
        "UNSUPPORTED_VERSION",
        "Unable to register because the broker does not support finalized version 30 of metadata.version. " +
        "The broker wants a version between 7 and 20, inclusive.",
      ],
      [
        { features: brokerDetails(1).features.filter(({ name }) => !name.startsWith("eligible")) },
        "UNSUPPORTED_VERSION",
        "Unable to register because the broker does not support finalized version 1 of " +
        "eligible.leader.replicas.version. The broker wants a version between 0 and 0, inclusive.",
      ],
    ] as const
  ) {
    const error = assertThrows(() => register(controller, partial), KafkaError);
    assertEquals([error.code, error.message], [code, message]);
  }
});

Deno.test("a broker that leaves for good leads nothing, and is eligible nowhere that it could lead", () => {
  const controller = controllerWithPartitions();
  controller.decide((context) => unregisterBroker(context, 1));
  assertEquals([controller.partition("t", 0).leader, controller.partition("t", 1).leader], [-1, 2]);
  assertEquals(controller.image.cluster.brokers.has(1), false);
});

Deno.test("at an old metadata.version a broker tells no directories", () => {
  const controller = new TestController({ metadataVersion: 8, elr: 0, brokers: {} });
  const { records } = register(controller, { logDirs: [] });
  assertEquals(records.map(({ type, version }) => `${type} ${version}`), [
    "RegisterBrokerRecord 2",
  ]);
  assertEquals(controller.image.cluster.brokers.get(1)!.logDirs, []);
});

Deno.test("directories are cordoned once, and from metadata.version 4.3 on", () => {
  const controller = new TestController();
  const cordon = () =>
    controller.decide((context) => cordonDirectories(context, 1, [idOf("dir-1")])).records.length;
  assertEquals([cordon(), cordon()], [1, 0]);
  const old = new TestController({ metadataVersion: 29 });
  assertEquals(cordonDirectories(old, 1, []).records, []);
  assertEquals(cordonDirectories(controller, 9, []).records, []);
});
