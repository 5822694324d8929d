import { assertEquals } from "@std/assert";
import {
  deadKey,
  heartbeatKey,
  joinKey,
  parseGroupTimer,
  syncKey,
} from "../../../../cluster/coordinator/group/group_timer_keys.ts";

Deno.test("a key tells what is due, and for whom, whatever is in the ids", () => {
  for (const groupId of ["g", "", "a:1:b", "heartbeat:1:g", "\0", "日本"]) {
    for (const memberId of ["m", "c-1", ":", "2:x"]) {
      const timer = { kind: "heartbeat", groupId, memberId };
      assertEquals(parseGroupTimer(heartbeatKey(groupId, memberId)), timer as never);
    }
    assertEquals(parseGroupTimer(joinKey(groupId)), { kind: "join", groupId, memberId: "" });
    assertEquals(parseGroupTimer(syncKey(groupId)), { kind: "sync", groupId, memberId: "" });
    assertEquals(parseGroupTimer(deadKey(groupId)), { kind: "dead", groupId, memberId: "" });
  }
});

Deno.test("other keys are no groups'", () => {
  for (const key of ["expire-offsets", "heartbeat", "heartbeat:x:g", "other:1:g"]) {
    assertEquals(parseGroupTimer(key), undefined);
  }
});
