import { assertEquals } from "@std/assert";
import { commandLineOfArguments, commandLineOfOptions } from "../../../storage/cli/command_line.ts";

Deno.test("options are flags; a value follows those that need one", () => {
  const { flags, commands } = commandLineOfOptions([
    { name: "topic", description: "", argument: "required" },
    { name: "timeout", description: "", argument: "optional" },
    { name: "list", description: "" },
  ]);
  assertEquals(flags, [
    { name: "--topic", takesValue: true },
    { name: "--timeout", takesValue: false },
    { name: "--list", takesValue: false },
  ]);
  assertEquals(commands.size, 0);
});

Deno.test("behind commands stand the same options", () => {
  const { flags, commands } = commandLineOfOptions([{ name: "json", description: "" }], ["a", "b"]);
  assertEquals([...commands], [["a", flags], ["b", flags]]);
});

Deno.test("arguments are flags by their long names, with help in front and behind the command", () => {
  const { flags, commands } = commandLineOfArguments({
    program: "tool",
    usage: "",
    help: "",
    options: [{ flags: ["--version", "-v"], action: "version" }],
    commands: [{
      name: "show",
      usage: "",
      help: "",
      options: [{ flags: ["--id", "-i"], action: "store" }, {
        flags: ["--all"],
        action: "storeTrue",
      }],
    }],
  });
  const help = { name: "--help", takesValue: false };
  assertEquals(flags, [help, { name: "--version", takesValue: false }]);
  assertEquals([...commands], [[
    "show",
    [help, { name: "--id", takesValue: true }, { name: "--all", takesValue: false }],
  ]]);
});
