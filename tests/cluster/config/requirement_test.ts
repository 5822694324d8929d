import { assertThrows } from "@std/assert";
import { require } from "../../../cluster/config/requirement.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";

Deno.test("a requirement that does not hold is told as Kafka tells it", () => {
  require(true, "never told");
  assertThrows(
    () => require(false, "a must be b"),
    InvalidConfigError,
    "requirement failed: a must be b",
  );
});
