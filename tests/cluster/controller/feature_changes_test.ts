import { assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  type KRaftVersionAccess,
  updateFeatures,
} from "../../../cluster/controller/feature_changes.ts";
import { shown, TestController, type TestControllerOptions } from "./controller_support.ts";

const UP = 1;
const SAFE = 2;
const UNSAFE = 3;
const ELR = "eligible.leader.replicas.version";

const kraft: KRaftVersionAccess = { version: 0, upgrade: () => undefined };

type Wanted = readonly [feature: string, level: number, upgradeType?: number];

function update(controller: TestController, ...wanted: readonly Wanted[]) {
  const updates = wanted.map(([feature, maxVersionLevel, upgradeType = UP]) => ({
    feature,
    maxVersionLevel,
    upgradeType,
  }));
  return controller.decide((context) =>
    updateFeatures(context, { updates, validateOnly: false }, kraft)
  ).records.map(shown);
}

function refusal(options: TestControllerOptions, ...wanted: readonly Wanted[]): string {
  const error = assertThrows(() => update(new TestController(options), ...wanted), KafkaError);
  assertEquals(error.code, "INVALID_UPDATE_VERSION");
  return error.message;
}

Deno.test("levels go up, and down where that is asked for", () => {
  const controller = new TestController({ elr: 0 });
  assertEquals(update(controller, ["group.version", 1], ["transaction.version", 2]), [
    'FeatureLevelRecord v0 name="group.version" featureLevel=1',
    'FeatureLevelRecord v0 name="transaction.version" featureLevel=2',
  ]);
  assertEquals(update(controller, ["group.version", 0, SAFE]).length, 1);
  assertEquals([...controller.image.features.keys()], ["metadata.version", "transaction.version"]);
});

Deno.test("what cannot be is refused in Kafka's words, and nothing is changed", () => {
  const invalid = (level: number, name: string) =>
    `Invalid update version ${level} for feature ${name}. `;
  const old = { metadataVersion: 20, elr: 0 };
  assertEquals(
    refusal({}, [ELR, 0]),
    invalid(0, ELR) +
      "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.",
  );
  assertEquals(
    refusal({ elr: 0 }, [ELR, 1, SAFE]),
    invalid(1, ELR) + "Can't downgrade to a newer version.",
  );
  assertEquals(
    refusal({}, [ELR, -1]),
    invalid(-1, ELR) + "A feature version cannot be less than 0.",
  );
  assertEquals(
    refusal({}, [ELR, 1, 9]),
    invalid(1, ELR) + "The controller does not support the given upgrade type.",
  );
  assertEquals(
    refusal({}, ["no.such", 1]),
    invalid(1, "no.such") + "Local controller 1 does not support this feature.",
  );
  assertEquals(
    refusal({}, ["group.version", 5]),
    invalid(5, "group.version") + "Local controller 1 only supports versions 0-1",
  );
  assertEquals(
    refusal({}, ["metadata.version", 31]),
    invalid(31, "metadata.version") + "Local controller 1 only supports versions 7-30",
  );
  assertEquals(
    refusal(old, [ELR, 1]),
    invalid(1, ELR) +
      `${ELR} could not be set to 1 because it depends on metadata.version level 23`,
  );
  const controller = new TestController({ elr: 0 });
  assertThrows(() => update(controller, ["group.version", 1], ["no.such", 1]), KafkaError);
  assertEquals(controller.image.features.has("group.version"), false);
});

Deno.test("every broker, and every other controller, has to support a level", () => {
  const controller = new TestController({ elr: 0 });
  const broker = controller.image.cluster.brokers.get(1)!;
  controller.replay({
    type: "RegisterBrokerRecord",
    version: 4,
    data: {
      ...broker,
      brokerId: 2,
      features: broker.features.filter(({ name }) => name !== "group.version"),
    },
  });
  assertThrows(
    () => update(controller, ["group.version", 1]),
    KafkaError,
    "Broker 2 does not support this feature.",
  );
  controller.replay({
    type: "UnregisterBrokerRecord",
    version: 0,
    data: { brokerId: 2, brokerEpoch: 1 },
  });
  const features = [{ name: "group.version", minSupportedVersion: 2, maxSupportedVersion: 2 }];
  const other = {
    controllerId: 3,
    incarnationId: broker.incarnationId,
    zkMigrationReady: false,
    endPoints: [],
    features,
  };
  controller.replay({ type: "RegisterControllerRecord", version: 0, data: other });
  assertThrows(
    () => update(controller, ["group.version", 1]),
    KafkaError,
    "Controller 3 only supports versions 2",
  );
});

Deno.test("metadata.version goes up, and down only where no records would be lost", () => {
  const controller = new TestController({ metadataVersion: 23, elr: 0 });
  assertEquals(update(controller, ["metadata.version", 29]), [
    'FeatureLevelRecord v0 name="metadata.version" featureLevel=29',
  ]);
  update(controller, ["metadata.version", 24, SAFE]);
  assertEquals(controller.image.metadataVersion, 24);
  const down = (type: number) => refusal({ elr: 0 }, ["metadata.version", 29, type]);
  const prefix = "Unsupported metadata.version downgrade from 30 to 29. ";
  assertEquals(
    down(SAFE),
    prefix +
      "Refusing to perform the requested downgrade because it might delete metadata information.",
  );
  assertEquals(
    down(UNSAFE),
    prefix + "Unsafe metadata downgrade is not supported in this version.",
  );
});

Deno.test("a feature and the metadata.version that it needs are raised together", () => {
  const controller = new TestController({ metadataVersion: 20, elr: 0 });
  assertEquals(update(controller, ["metadata.version", 30], [ELR, 1]).length, 3);
  assertEquals(controller.image.isElrEnabled, true);
});

Deno.test("with eligible leaders, min.insync.replicas is said for the cluster and for no single broker", () => {
  const controller = new TestController({ elr: 0 });
  controller.setConfig(4, "1", "min.insync.replicas", "2");
  assertEquals(update(controller, [ELR, 1]), [
    'ConfigRecord v0 resourceType=4 resourceName="" name="min.insync.replicas" value="1"',
    'ConfigRecord v0 resourceType=4 resourceName="1" name="min.insync.replicas"',
    `FeatureLevelRecord v0 name="${ELR}" featureLevel=1`,
  ]);
});

Deno.test("a request that only asks changes nothing", () => {
  const asked: boolean[] = [];
  const access = {
    version: 0,
    upgrade: (_: number, validateOnly: boolean) => void asked.push(validateOnly),
  };
  const updates = [
    { feature: "group.version", maxVersionLevel: 1, upgradeType: UP },
    { feature: "kraft.version", maxVersionLevel: 1, upgradeType: UP },
  ];
  const decision = updateFeatures(new TestController(), { updates, validateOnly: true }, access);
  assertEquals([decision.records, asked], [[], [true]]);
});

Deno.test("kraft.version is raised by the quorum, and never lowered", () => {
  const raised: number[] = [];
  const change = (current: number, level: number, upgradeType = UP, why?: string) =>
    updateFeatures(
      new TestController(),
      {
        updates: [{ feature: "kraft.version", maxVersionLevel: level, upgradeType }],
        validateOnly: false,
      },
      { version: current, upgrade: (version) => (raised.push(version), why) },
    ).records.map(({ type }) => type);
  assertEquals(change(0, 1), ["NoOpRecord"]);
  assertEquals(raised, [1]);
  assertThrows(
    () => change(1, 0, SAFE),
    KafkaError,
    "Can't downgrade the version of this feature.",
  );
  assertThrows(
    () => change(0, 1, UP, "not all of the voters support it"),
    KafkaError,
    "Invalid update version 1 for feature kraft.version. not all of the voters",
  );
  assertEquals(change(1, 1, SAFE), []);
});

Deno.test("of a feature that is named twice, the last one counts", () => {
  const controller = new TestController({ elr: 0 });
  assertEquals(update(controller, ["group.version", 0], ["group.version", 1]).length, 1);
  assertEquals(controller.image.features.get("group.version"), 1);
});
