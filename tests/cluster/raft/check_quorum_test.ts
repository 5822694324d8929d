import { assertEquals } from "@std/assert";
import { CheckQuorum } from "../../../cluster/raft/check_quorum.ts";

Deno.test("a leader steps down one and a half fetch timeouts after it last heard from a majority", () => {
  const check = new CheckQuorum(2000, 100);
  assertEquals(check.deadline, 3100);
  // Two others are needed of five voters: one of them, twice, is not enough.
  check.heardFrom(2, 2, 500);
  check.heardFrom(2, 2, 600);
  assertEquals(check.deadline, 3100);
  check.heardFrom(3, 2, 700);
  assertEquals(check.deadline, 3700);
  check.heardFrom(3, 2, 800);
  assertEquals(check.deadline, 3700);
});
