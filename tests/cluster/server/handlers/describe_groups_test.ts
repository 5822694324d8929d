import { assert, assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import type { DescribeGroupsResponse } from "../../../../client/protocol/messages/describe_groups.ts";
import { ALL_OPERATIONS } from "../../../../cluster/server/authorized_operations.ts";
import { describeGroupsHandler } from "../../../../cluster/server/handlers/describe_groups.ts";
import { TestGroupRuntime } from "../../../support/group_runtime.ts";
import { callLater, responseOf } from "../../../support/handler_call.ts";

async function describe(
  groups: TestGroupRuntime,
  version: number,
  names: readonly string[],
  includeAuthorizedOperations = false,
): Promise<DescribeGroupsResponse["groups"]> {
  const handler = describeGroupsHandler({ groups });
  const outcome = await callLater(handler, version, {
    groups: names,
    ...(version >= 3 ? { includeAuthorizedOperations } : {}),
  });
  assert(typeof outcome === "object");
  return outcome.groups;
}

Deno.test("every version tells of groups, in the order in which they were asked for", async () => {
  const groups = new TestGroupRuntime();
  groups.groups.stable(2);
  for (let version = 0; version <= 6; version++) {
    const [missing, stable] = await describe(groups, version, ["none", "g"]);
    assertEquals([missing?.groupState, errorName(missing!.errorCode)], [
      "Dead",
      version >= 6 ? "GROUP_ID_NOT_FOUND" : "NONE",
    ]);
    assertEquals(missing?.errorMessage, version >= 6 ? "Group none not found." : null);
    assertEquals([stable?.groupState, stable?.protocolData, stable?.members.length], [
      "Stable",
      "range",
      2,
    ]);
  }
});

Deno.test("what may be done is told when it is asked for, of groups that are there", async () => {
  const groups = new TestGroupRuntime();
  groups.groups.stable(1);
  const operations = async (include: boolean) =>
    (await describe(groups, 6, ["g", "none"], include)).map((one) => one.authorizedOperations);
  assertEquals(await operations(true), [ALL_OPERATIONS.group, -(2 ** 31)]);
  assertEquals(await operations(false), [-(2 ** 31), -(2 ** 31)]);
});

Deno.test("a group that is coordinated elsewhere says so, for itself", async () => {
  const groups = new TestGroupRuntime();
  groups.refusal = "NOT_COORDINATOR";
  const [one] = await describe(groups, 5, ["g"]);
  assertEquals([one?.groupId, one?.groupState, errorName(one!.errorCode)], [
    "g",
    "",
    "NOT_COORDINATOR",
  ]);
  const handler = describeGroupsHandler({ groups });
  assertEquals(responseOf(handler.onError({ groups: ["a"] } as never, "NOT_COORDINATOR")), {
    groups: [{ groupId: "a", errorCode: 16 }],
  });
});
