import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { newMemberId } from "../../../../cluster/coordinator/group/member_id.ts";
import { SeededRandom } from "../../../support/manual_env.ts";

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$";

Deno.test("an id begins with the client's name, or the static id, and ends with a random UUID", () => {
  const random = new SeededRandom(1);
  const first = newMemberId(random, "client", null);
  assertMatch(first, new RegExp(`^client-${UUID}`));
  assertMatch(newMemberId(random, "client", "static"), new RegExp(`^static-${UUID}`));
  assertMatch(newMemberId(random, "", null), new RegExp(`^-${UUID}`));
  assertNotEquals(newMemberId(random, "client", null), first);
  assertEquals(first.length, "client-".length + 36);
});
