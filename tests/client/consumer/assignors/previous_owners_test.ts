import { assertEquals } from "@std/assert";
import {
  type Claim,
  previousOwners,
} from "../../../../client/consumer/assignors/previous_owners.ts";
import { tp } from "../../../support/consumer_world.ts";

const ownersOf = (claims: Readonly<Record<string, readonly [number, ...number[]]>>) => {
  const told = new Map<string, Claim>();
  for (const [member, [generation, ...partitions]] of Object.entries(claims)) {
    told.set(member, { generation, partitions: partitions.map((partition) => tp("t", partition)) });
  }
  return [...previousOwners(told)].map(([{ partition }, member]) => [partition, member]);
};

Deno.test("who claims a partition alone has it", () => {
  assertEquals(ownersOf({ m: [1, 0, 1], n: [2, 2] }), [[0, "m"], [1, "m"], [2, "n"]]);
});

Deno.test("of two that claim the same the later is right, whoever comes first", () => {
  assertEquals(ownersOf({ m: [1, 0], n: [2, 0] }), [[0, "n"]]);
  assertEquals(ownersOf({ m: [2, 0], n: [1, 0] }), [[0, "m"]]);
});

Deno.test("in one generation neither of them is right, unless a later one says so", () => {
  assertEquals(ownersOf({ m: [1, 0], n: [1, 0] }), []);
  assertEquals(ownersOf({ m: [1, 0], n: [1, 0], o: [2, 0] }), [[0, "o"]]);
});
