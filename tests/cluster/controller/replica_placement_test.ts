import { assert, assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { placeReplicas } from "../../../cluster/controller/replica_placement.ts";
import { metadataRecord } from "../../../cluster/controller/metadata_records.ts";
import { brokerRecord, clusterOf } from "../../support/controller.ts";
import { SeededRandom } from "../../support/manual_env.ts";

function place(
  brokers: ReturnType<typeof brokerRecord>[],
  numPartitions: number,
  replicationFactor: number,
  seed = 1,
): number[][] {
  const { image: { cluster } } = clusterOf(...brokers);
  return placeReplicas({ numPartitions, replicationFactor }, cluster, new SeededRandom(seed));
}

Deno.test("replicas of a partition lie on different brokers, and all brokers have as much to do", () => {
  const brokers = [1, 2, 3, 4, 5].map((id) => brokerRecord(id));
  for (let seed = 0; seed < 50; seed++) {
    const placed = place(brokers, 100, 3, seed);
    const led = new Map<number, number>();
    const held = new Map<number, number>();
    for (const replicas of placed) {
      assertEquals(new Set(replicas).size, 3);
      led.set(replicas[0]!, (led.get(replicas[0]!) ?? 0) + 1);
      for (const id of replicas) held.set(id, (held.get(id) ?? 0) + 1);
    }
    assertEquals([...led.values()], [20, 20, 20, 20, 20]);
    assertEquals([...held.values()], [60, 60, 60, 60, 60]);
  }
});

Deno.test("racks are kept apart as long as there are enough", () => {
  const brokers = [1, 2, 3, 4, 5, 6].map((id) => brokerRecord(id, { rack: `r${id % 3}` }));
  for (const replicas of place(brokers, 60, 3)) {
    assertEquals(new Set(replicas.map((id) => id % 3)).size, 3);
  }
});

Deno.test("fenced brokers come last", () => {
  const brokers = [brokerRecord(1, { fenced: true }), brokerRecord(2), brokerRecord(3)];
  for (const replicas of place(brokers, 20, 3)) assertEquals(replicas[2], 1);
  for (const replicas of place(brokers, 20, 2)) assert(!replicas.includes(1));
});

Deno.test("too few brokers, or none that is up, is an error", () => {
  assertThrows(() => place([brokerRecord(1)], 1, 2), KafkaError, "only 1 broker(s) are registered");
  assertThrows(() => place([brokerRecord(1, { fenced: true })], 1, 1), KafkaError, "fenced");
});

Deno.test("a fenced broker of the rack whose turn it is comes before one that is up in another rack", () => {
  const brokers = [
    brokerRecord(1, { rack: "a" }),
    brokerRecord(2, { rack: "a", fenced: true }),
    brokerRecord(3, { rack: "b" }),
  ];
  const placed = place(brokers, 30, 2);
  assert(placed.every((replicas) => replicas.includes(3) && replicas[0] !== 2), `${placed}`);
});

Deno.test("brokers all of whose directories are cordoned get nothing", () => {
  const { image } = clusterOf(brokerRecord(1), brokerRecord(2));
  const place = (replicationFactor: number) =>
    placeReplicas({ numPartitions: 10, replicationFactor }, image.cluster, new SeededRandom(1));
  const cordon = (brokerId: number, cordonedLogDirs: string[]) =>
    image.replay(
      metadataRecord("BrokerRegistrationChangeRecord", 3, { brokerId, cordonedLogDirs }),
    );
  cordon(1, ["DIRECTORYxxxxxxxxxxxxA"]);
  assertEquals(place(1), Array.from({ length: 10 }, () => [2]));
  assertThrows(
    () => place(2),
    KafkaError,
    "The target replication factor of 2 cannot be reached because only 1 broker(s) are registered or some " +
      "brokers have all their log directories cordoned.",
  );
  cordon(2, ["DIRECTORYxxxxxxxxxxxxA"]);
  assertThrows(
    () => place(1),
    KafkaError,
    "All brokers are currently fenced, or have all their log directories cordoned.",
  );
});

Deno.test("there is no placing zero replicas", () => {
  assertThrows(
    () => place([brokerRecord(1)], 1, 0),
    KafkaError,
    "Invalid replication factor 0: the replication factor must be positive.",
  );
});
