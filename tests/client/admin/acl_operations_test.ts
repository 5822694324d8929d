import { assertEquals } from "@std/assert";
import { authorizedOperations } from "../../../client/admin/acl_operations.ts";

Deno.test("a bit field tells operations, but not those that stand for several", () => {
  assertEquals(
    authorizedOperations(0b1_1111_1110),
    new Set([
      "READ",
      "WRITE",
      "CREATE",
      "DELETE",
      "ALTER",
      "DESCRIBE",
    ]),
  );
  assertEquals(authorizedOperations(0), new Set());
});

Deno.test("what was not asked for is not told", () => {
  assertEquals(authorizedOperations(-0x8000_0000), undefined);
});
