import { assert, assertEquals, assertThrows } from "@std/assert";
import { errorName, KafkaError } from "../../../../client/protocol/error_codes.ts";
import { heartbeatHandler } from "../../../../cluster/server/handlers/heartbeat.ts";
import { TestGroupRuntime } from "../../../support/group_runtime.ts";
import { call, responseOf } from "../../../support/handler_call.ts";

function setUp(): {
  groups: TestGroupRuntime;
  beat: (groupId: string, memberId: string) => string;
} {
  const groups = new TestGroupRuntime();
  const handler = heartbeatHandler({ groups });
  const beat = (groupId: string, memberId: string) => {
    const outcome = call(handler, 4, { groupId, memberId, generationId: 1 });
    assert(typeof outcome === "object");
    return errorName(outcome.errorCode);
  };
  return { groups, beat };
}

Deno.test("a member's sign of life is answered", () => {
  const { groups, beat } = setUp();
  const [a] = groups.groups.stable(1) as [string];
  assertEquals(beat("g", a), "NONE");
  assertEquals(beat("g", "x"), "UNKNOWN_MEMBER_ID");
  assertEquals(beat("", a), "INVALID_GROUP_ID");
});

Deno.test("while the coordinator loads, members are told that all is well", () => {
  const { groups, beat } = setUp();
  groups.refusal = "COORDINATOR_LOAD_IN_PROGRESS";
  assertEquals(beat("g", "m"), "NONE");
  groups.refusal = "NOT_COORDINATOR";
  assertThrows(() => beat("g", "m"), KafkaError);
});

Deno.test("an error is told", () => {
  const handler = heartbeatHandler({ groups: new TestGroupRuntime() });
  assertEquals(responseOf(handler.onError({} as never, "NOT_COORDINATOR")), { errorCode: 16 });
});
