import { assertEquals, assertThrows } from "@std/assert";
import { memberAssignment } from "../../../client/admin/member_assignment.ts";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";

/** Version, one topic `a` with partitions 0 and 2, no user data, and what a later version may add. */
const bytes = (version: number, ...more: number[]) =>
  new Uint8Array([
    ...[version >> 8, version & 0xff],
    ...[0, 0, 0, 1, 0, 1, 0x61, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2],
    ...[0xff, 0xff, 0xff, 0xff],
    ...more,
  ]);

const partitions = [{ topic: "a", partition: 0 }, { topic: "a", partition: 2 }];

Deno.test("an assignment is read in all versions, also in those to come", () => {
  for (const version of [0, 1, 2, 3]) assertEquals(memberAssignment(bytes(version)), partitions);
  assertEquals(memberAssignment(bytes(9, 1, 2, 3)), partitions);
  assertEquals(memberAssignment(new Uint8Array(0)), []);
});

Deno.test("it is read where it lies in larger memory", () => {
  const memory = new Uint8Array([9, 9, ...bytes(1), 9]);
  assertEquals(memberAssignment(memory.subarray(2, memory.length - 1)), partitions);
});

Deno.test("bytes that are none are refused", () => {
  assertThrows(() => memberAssignment(new Uint8Array([0])), ProtocolError, "underflow");
  assertThrows(() => memberAssignment(new Uint8Array([0xff, 0xff, 0])), ProtocolError, "-1");
  assertThrows(() => memberAssignment(bytes(0).subarray(0, 12)), ProtocolError);
});
