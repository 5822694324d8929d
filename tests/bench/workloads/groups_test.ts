import { assert, assertEquals } from "@std/assert";
import * as groups from "../../../bench/workloads/groups.ts";

Deno.test("the workloads over groups run, at a small size", async () => {
  const { heartbeats, refused } = await groups.manyMembers(2, 6, {
    intervalMs: 1,
    rounds: 2,
    initialDelayMs: 100,
  });
  assertEquals([heartbeats, refused], [12, 0]);
  assert(await groups.largeJoin(5, 10) > 0);
  assert(await groups.commitsPerSecond(40, 2) > 0);
  const { recordsPerSecond } = await groups.loadOffsets(40);
  assert(recordsPerSecond > 0);
});
