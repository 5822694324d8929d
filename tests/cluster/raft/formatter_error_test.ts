import { assertEquals } from "@std/assert";
import { FormatterError } from "../../../cluster/raft/formatter_error.ts";

Deno.test("the error is that of a configuration", () => {
  const error = new FormatterError("what is wrong");
  assertEquals([error.code, error.name, error.message], [
    "INVALID_CONFIG",
    "FormatterError",
    "what is wrong",
  ]);
});
