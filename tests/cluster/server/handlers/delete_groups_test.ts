import { assert, assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import { deleteGroupsHandler } from "../../../../cluster/server/handlers/delete_groups.ts";
import { TestGroupRuntime } from "../../../support/group_runtime.ts";
import { callLater, responseOf } from "../../../support/handler_call.ts";

async function remove(groups: TestGroupRuntime, ...names: readonly string[]): Promise<string[]> {
  const handler = deleteGroupsHandler({ groups });
  const outcome = await callLater(handler, 2, { groupsNames: names });
  assert(typeof outcome === "object");
  return outcome.results.map(({ groupId, errorCode }) => `${groupId} ${errorName(errorCode)}`);
}

Deno.test("each group has its answer, and one that is named twice has one", async () => {
  const groups = new TestGroupRuntime();
  groups.groups.join({ group: "empty" });
  groups.groups.stable(1, { group: "full" });
  assertEquals(await remove(groups, "none", "full", "empty", "full"), [
    "none GROUP_ID_NOT_FOUND",
    "full NON_EMPTY_GROUP",
    "empty NONE",
  ]);
  assertEquals(await remove(groups, "empty"), ["empty GROUP_ID_NOT_FOUND"]);
});

Deno.test("groups that are coordinated elsewhere say so, for themselves", async () => {
  const groups = new TestGroupRuntime();
  groups.refusal = "NOT_COORDINATOR";
  assertEquals(await remove(groups, "a", "b"), ["a NOT_COORDINATOR", "b NOT_COORDINATOR"]);
  const handler = deleteGroupsHandler({ groups });
  assertEquals(responseOf(handler.onError({ groupsNames: ["a"] }, "NOT_COORDINATOR")), {
    results: [{ groupId: "a", errorCode: 16 }],
  });
});
