import { assertEquals } from "@std/assert";
import { keyValueConfigs } from "../../../client/cli/key_value_configs.ts";

Deno.test("configs are names and values, which may be empty or have equals signs", () => {
  assertEquals(keyValueConfigs(["a=1", "b", "c=", "d=x=y", "a=2"]), {
    a: "2",
    b: "",
    c: "",
    d: "x=y",
  });
});
