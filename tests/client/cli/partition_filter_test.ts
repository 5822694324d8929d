import { assertEquals, assertThrows } from "@std/assert";
import { JavaException } from "../../../client/cli/java_exception.ts";
import {
  filterOfPatterns,
  filterOfTopic,
  type PartitionFilter,
} from "../../../client/cli/partition_filter.ts";

function included(filter: PartitionFilter): string[] {
  const found: string[] = [];
  for (const topic of ["a", "b", "cc"]) {
    for (let partition = 0; partition < 4; partition++) {
      if (filter.hasPartition({ topic, partition })) found.push(`${topic}${partition}`);
    }
  }
  return found;
}

Deno.test("patterns name topics, and numbers or ranges of partitions", () => {
  assertEquals(included(filterOfPatterns("a:1,b:2-,c+:-1")), ["a1", "b2", "b3", "cc0"]);
  assertEquals(included(filterOfPatterns(":3")), ["a3", "b3", "cc3"]);
  assertEquals(included(filterOfPatterns("b:1-3")), ["b1", "b2"]);
  assertEquals(filterOfPatterns("a:1").hasTopic("b"), false);
  assertThrows(() => filterOfPatterns("a:x"), JavaException, "Invalid rule specification: a:x");
});

Deno.test("a topic's pattern goes with a list of numbers, or with all", () => {
  assertEquals(included(filterOfTopic("a|b", "0,3")), ["a0", "a3", "b0", "b3"]);
  assertEquals(included(filterOfTopic(undefined, undefined)).length, 12);
  assertThrows(() => filterOfTopic("a", "1,x"), JavaException, "--partitions expects");
});
