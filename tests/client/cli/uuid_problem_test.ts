import { assertEquals } from "@std/assert";
import { uuidProblem } from "../../../client/cli/uuid_problem.ts";

Deno.test("a text that is no UUID is too short or too long", () => {
  assertEquals(
    uuidProblem("nonsense"),
    "Input string `nonsense` decoded as 6 bytes, which is not equal to the expected 16 bytes of a base64-encoded UUID",
  );
  assertEquals(
    uuidProblem("x".repeat(25)),
    `Input string with prefix \`${"x".repeat(24)}\` is too long to be decoded as a base64 UUID`,
  );
  assertEquals(uuidProblem("x"), "Input byte[] should at least have 2 bytes for base64 bytes");
  assertEquals(uuidProblem("a*b"), "Illegal base64 character 2a");
  assertEquals(uuidProblem("abcde"), "Last unit does not have enough valid bits");
});
