import { assert, assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import type { ListGroupsResponse } from "../../../../client/protocol/messages/list_groups.ts";
import { listGroupsHandler } from "../../../../cluster/server/handlers/list_groups.ts";
import { TestGroupRuntime } from "../../../support/group_runtime.ts";
import { call, responseOf } from "../../../support/handler_call.ts";

function list(
  groups: TestGroupRuntime,
  version: number,
  filters: { readonly statesFilter?: string[]; readonly typesFilter?: string[] } = {},
): ListGroupsResponse {
  const outcome = call(listGroupsHandler({ groups }), version, filters);
  assert(typeof outcome === "object");
  return outcome;
}

Deno.test("every version lists groups, with states since 4 and types since 5", () => {
  const groups = new TestGroupRuntime();
  groups.groups.stable(1);
  for (let version = 0; version <= 5; version++) {
    assertEquals(list(groups, version).groups, [{
      groupId: "g",
      protocolType: "consumer",
      groupState: version >= 4 ? "Stable" : "",
      groupType: version >= 5 ? "classic" : "",
    }]);
  }
});

Deno.test("only groups of the states and types that are asked for are listed", () => {
  const groups = new TestGroupRuntime();
  groups.groups.stable(1);
  assertEquals(list(groups, 4, { statesFilter: ["empty"] }).groups, []);
  assertEquals(list(groups, 5, { statesFilter: ["stable"] }).groups.length, 1);
  assertEquals(list(groups, 5, { typesFilter: ["CLASSIC"] }).groups.length, 1);
  assertEquals(list(groups, 5, { typesFilter: ["consumer"] }).groups, []);
});

Deno.test("while a partition loads, nothing is listed, as it would be half", () => {
  const groups = new TestGroupRuntime();
  groups.isLoading = true;
  assertEquals(errorName(list(groups, 5).errorCode), "COORDINATOR_LOAD_IN_PROGRESS");
  const handler = listGroupsHandler({ groups });
  assertEquals(responseOf(handler.onError({} as never, "NOT_COORDINATOR")), { errorCode: 16 });
});
