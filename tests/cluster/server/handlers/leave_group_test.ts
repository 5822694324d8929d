import { assert, assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import type {
  LeaveGroupRequest,
  LeaveGroupResponse,
} from "../../../../client/protocol/messages/leave_group.ts";
import { leaveGroupHandler } from "../../../../cluster/server/handlers/leave_group.ts";
import type { Draft } from "../../../../storage/message/message_codec.ts";
import { TestGroupRuntime } from "../../../support/group_runtime.ts";
import { call, responseOf } from "../../../support/handler_call.ts";

function setUp(): {
  groups: TestGroupRuntime;
  leave: (version: number, request: Draft<LeaveGroupRequest>) => LeaveGroupResponse;
} {
  const groups = new TestGroupRuntime();
  const handler = leaveGroupHandler({ groups });
  return {
    groups,
    leave(version, request) {
      const outcome = call(handler, version, request);
      assert(typeof outcome === "object");
      return outcome;
    },
  };
}

Deno.test("an old client leaves alone, and the error is that of the request", () => {
  for (const version of [0, 1, 2]) {
    const { groups, leave } = setUp();
    const [a] = groups.groups.stable(1) as [string];
    assertEquals(errorName(leave(version, { groupId: "g", memberId: a }).errorCode), "NONE");
    const again = leave(version, { groupId: "g", memberId: a });
    assertEquals(errorName(again.errorCode), "UNKNOWN_MEMBER_ID");
    assertEquals(again.members, []);
  }
});

Deno.test("new clients leave together, and each has its answer", () => {
  for (const version of [3, 4, 5]) {
    const { groups, leave } = setUp();
    const [a] = groups.groups.stable(1) as [string];
    const { errorCode, members } = leave(version, {
      groupId: "g",
      members: [{ memberId: a }, { memberId: "", groupInstanceId: "i" }],
    });
    assertEquals(errorCode, 0);
    assertEquals(members, [
      { memberId: a, groupInstanceId: null, errorCode: 0 },
      { memberId: "", groupInstanceId: "i", errorCode: 25 },
    ]);
  }
});

Deno.test("a group has a name", () => {
  const { leave } = setUp();
  assertEquals(errorName(leave(5, { groupId: "" }).errorCode), "INVALID_GROUP_ID");
  const handler = leaveGroupHandler({ groups: new TestGroupRuntime() });
  assertEquals(responseOf(handler.onError({} as never, "NOT_COORDINATOR")), { errorCode: 16 });
});
