import { assert, assertEquals, assertThrows } from "@std/assert";
import { placeReplicas, type UsableBroker } from "../../../client/metadata/replica_placement.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { SeededRandom } from "../../support/manual_env.ts";

const usable = (brokerId: number, partial: Partial<UsableBroker> = {}): UsableBroker => (
  { brokerId, rack: null, fenced: false, ...partial }
);

function place(
  brokers: readonly UsableBroker[],
  numPartitions: number,
  replicationFactor: number,
  seed = 1,
): number[][] {
  return placeReplicas({ numPartitions, replicationFactor }, brokers, new SeededRandom(seed));
}

Deno.test("replicas of a partition lie on different brokers, and all brokers have as much to do", () => {
  const brokers = [1, 2, 3, 4, 5].map((id) => usable(id));
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
  const brokers = [1, 2, 3, 4, 5, 6].map((id) => usable(id, { rack: `r${id % 3}` }));
  for (const replicas of place(brokers, 60, 3)) {
    assertEquals(new Set(replicas.map((id) => id % 3)).size, 3);
  }
});

Deno.test("with as many racks as brokers in each, one replica a partition goes to all of them", () => {
  const brokers = Array.from({ length: 9 }, (_, id) => usable(id, { rack: `r${id % 3}` }));
  for (let seed = 0; seed < 20; seed++) {
    assertEquals(new Set(place(brokers, 9, 1, seed).flat()).size, 9);
  }
});

Deno.test("fenced brokers come last", () => {
  const brokers = [usable(1, { fenced: true }), usable(2), usable(3)];
  for (const replicas of place(brokers, 20, 3)) assertEquals(replicas[2], 1);
  for (const replicas of place(brokers, 20, 2)) assert(!replicas.includes(1));
});

Deno.test("too few brokers, or none that is up, is an error", () => {
  assertThrows(() => place([usable(1)], 1, 2), KafkaError, "only 1 broker(s) are registered");
  assertThrows(() => place([usable(1, { fenced: true })], 1, 1), KafkaError, "fenced");
});

Deno.test("a fenced broker of the rack whose turn it is comes before one that is up in another rack", () => {
  const brokers = [
    usable(1, { rack: "a" }),
    usable(2, { rack: "a", fenced: true }),
    usable(3, { rack: "b" }),
  ];
  const placed = place(brokers, 30, 2);
  assert(placed.every((replicas) => replicas.includes(3) && replicas[0] !== 2), `${placed}`);
});

Deno.test("there is no placing zero replicas", () => {
  assertThrows(
    () => place([usable(1)], 1, 0),
    KafkaError,
    "Invalid replication factor 0: the replication factor must be positive.",
  );
});
