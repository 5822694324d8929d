import { assertEquals } from "@std/assert";
import { PartitionIndex } from "../../../cluster/controller/partition_index.ts";
import {
  type PartitionRegistration,
  registrationOf,
} from "../../../cluster/controller/partition_registration.ts";
import { partitionRecordWith } from "./controller_support.ts";

const partition = registrationOf(partitionRecordWith());

function found(index: PartitionIndex, broker: number): boolean {
  return [...index.ofBroker(broker)].length === 1;
}

/** An index whose only partition has been each of these, one after the other. */
function indexAfter(...states: (PartitionRegistration | undefined)[]): PartitionIndex {
  const index = new PartitionIndex();
  let before: PartitionRegistration | undefined;
  for (const after of states) {
    index.changed("t", 0, before, after);
    before = after;
  }
  return index;
}

Deno.test("a partition is found by who has it, and by nobody after it has moved or gone", () => {
  const moved = { ...partition, replicas: [3, 4] };
  const brokers = [1, 2, 3, 4];
  const foundBy = (index: PartitionIndex) => brokers.filter((id) => found(index, id));
  assertEquals(foundBy(indexAfter(partition)), [1, 2, 3]);
  assertEquals(foundBy(indexAfter(partition, moved)), [3, 4]);
  assertEquals(foundBy(indexAfter(partition, moved, undefined)), []);
});

Deno.test("who is eligible is found although its replica has moved away", () => {
  const eligible = { ...partition, elr: [9] };
  assertEquals(found(indexAfter(eligible), 9), true);
  assertEquals(found(indexAfter(eligible, { ...eligible, elr: [] }), 9), false);
});

Deno.test("partitions that nobody leads, and those that another one leads than the first, are found", () => {
  const of = (leader: number) => {
    const { leaderless, imbalanced } = indexAfter(partition, { ...partition, leader });
    return [leaderless.isEmpty, imbalanced.isEmpty];
  };
  assertEquals(of(1), [true, true]);
  assertEquals(of(2), [true, false]);
  assertEquals(of(-1), [false, false]);
  const gone = indexAfter({ ...partition, leader: -1 }, undefined);
  assertEquals([gone.leaderless.isEmpty, gone.imbalanced.isEmpty], [true, true]);
});
