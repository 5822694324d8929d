import { assertEquals } from "@std/assert";
import { errorCode } from "../../../client/protocol/error_codes.ts";
import { hasError } from "../../../cluster/server/response_errors.ts";

Deno.test("an error is found in the whole response and in any part of it", () => {
  const NOT_CONTROLLER = errorCode("NOT_CONTROLLER");
  assertEquals(hasError({ errorCode: NOT_CONTROLLER }, "NOT_CONTROLLER"), true);
  const parts = (code: number) => ({
    errorCode: 0,
    topics: [{ partitions: [{ errorCode: 0 }, { id: null, errorCode: code }] }],
  });
  assertEquals(hasError(parts(NOT_CONTROLLER), "NOT_CONTROLLER"), true);
  assertEquals(hasError(parts(errorCode("FENCED_LEADER_EPOCH")), "NOT_CONTROLLER"), false);
});

Deno.test("what is no error code is no error", () => {
  const code = errorCode("NOT_CONTROLLER");
  assertEquals(hasError({ epoch: code, data: new Uint8Array([code]) }, "NOT_CONTROLLER"), false);
});
