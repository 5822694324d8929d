import { assertEquals } from "@std/assert";
import { PartitionNumbering } from "../../../../client/consumer/assignors/partition_numbering.ts";
import {
  earlierOwners,
  type MemberClaim,
  NOBODY,
  previousOwners,
} from "../../../../client/consumer/assignors/previous_owners.ts";
import { assignableTopics } from "../../../support/assignments.ts";
import { tp } from "../../../support/consumer_world.ts";

const three = new PartitionNumbering(assignableTopics({ t: 3 }), [["t"]]);

const claim = (
  member: number,
  generation: number,
  partitions: readonly number[],
  subscribedIn = generation,
): MemberClaim => ({
  member,
  generation,
  subscribedIn,
  partitions: partitions.map((partition) => tp("t", partition)),
});

const ownersOf = (...claims: readonly MemberClaim[]) => {
  const { owners, contested } = previousOwners(three, claims);
  return { owners: [...owners], contested: [...contested] };
};

Deno.test("who claims a partition alone has it, if it exists", () => {
  assertEquals(ownersOf(claim(0, 1, [0]), claim(1, 2, [2, 9])), {
    owners: [0, NOBODY, 1],
    contested: [],
  });
});

Deno.test("of two that claim the same the later is right, whoever comes first", () => {
  const later = { owners: [1, NOBODY, NOBODY], contested: [] };
  assertEquals(ownersOf(claim(0, 1, [0]), claim(1, 2, [0])), later);
  assertEquals(ownersOf(claim(1, 2, [0]), claim(0, 1, [0])), later);
});

Deno.test("in one generation neither of them is right, unless a later one says so", () => {
  const both = [claim(0, 1, [0]), claim(1, 1, [0])];
  assertEquals(ownersOf(...both), { owners: [NOBODY, NOBODY, NOBODY], contested: [0] });
  assertEquals(ownersOf(...both, claim(2, 2, [0])).owners, [2, NOBODY, NOBODY]);
});

Deno.test("a claim is held against the generation that the other's subscription says", () => {
  // A sticky member whose subscription says the second generation, and whose user data says none.
  assertEquals(ownersOf(claim(0, -1, [0], 2), claim(1, 1, [0])).owners, [0, NOBODY, NOBODY]);
});

Deno.test("of those before the latest generation, the last that had it is the earlier owner", () => {
  const claims = [claim(0, 3, [0, 1]), claim(1, 2, [0, 1]), claim(2, 1, [0, 2]), claim(3, 2, [1])];
  assertEquals([...earlierOwners(three, claims, 3)], [1, 1, 2]);
  assertEquals([...earlierOwners(three, claims, 1)], [NOBODY, NOBODY, NOBODY]);
});
