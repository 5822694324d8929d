import { assertEquals } from "@std/assert";
import {
  ALL_OPERATIONS,
  OPERATIONS_NOT_ASKED,
} from "../../../cluster/server/authorized_operations.ts";

Deno.test("the sets of all operations are those of a Kafka broker without an authorizer", () => {
  assertEquals(ALL_OPERATIONS, { topic: 3576, group: 3400, cluster: 8096 });
});

Deno.test("what was not asked for is the lowest int32", () => {
  assertEquals(OPERATIONS_NOT_ASKED, -2147483648);
});
