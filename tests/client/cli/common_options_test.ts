import { assertEquals } from "@std/assert";
import { toolCommandLine } from "../../../client/cli/common_options.ts";

Deno.test("a tool has its own options, and those that all have", () => {
  const { flags, commands } = toolCommandLine([
    { name: "topic", description: "", argument: "required" },
  ]);
  assertEquals(flags.map(({ name, takesValue }) => [name, takesValue]), [
    ["--topic", true],
    ["--help", false],
    ["--version", false],
    ["--help-seglog", false],
  ]);
  assertEquals(commands.size, 0);
});
