import { assertEquals, assertThrows } from "@std/assert";
import { ToolExit } from "../../../client/cli/client_tool.ts";
import { JSON_ARGUMENT, orUsage, toolArguments } from "../../../client/cli/tool_arguments.ts";
import { ArgumentExit } from "../../../storage/cli/argument_parser.ts";
import { writeTextFile } from "../../../storage/file/text_file.ts";
import { manualEnv } from "../../support/manual_env.ts";

const TOOL = {
  program: "tool",
  usage: "usage: tool",
  help: "help of the tool",
  version: "1.0",
  options: [{ flags: ["--version", "-v"], action: "version" as const }],
  commands: [
    { name: "show", usage: "usage: tool show", help: "help of show", options: [JSON_ARGUMENT] },
    { name: "hide", usage: "usage: tool hide", help: "help of hide", options: [] },
  ],
};

function parse(args: readonly string[]) {
  const env = manualEnv();
  writeTextFile(env.fileSystem, "/args", "--json\n");
  const io = { env, stdout: () => {}, stderr: () => {} };
  return toolArguments(io, TOOL, args, 7);
}

Deno.test("commands that print tables can print JSON", () => {
  assertEquals(parse(["show", "--json"]).has("json"), true);
  assertEquals(parse(["show", "@args"]).has("json"), true);
  assertThrows(() => parse(["hide", "--json"]), ArgumentExit, "unrecognized arguments");
});

Deno.test("help has the status of the tool, version none", () => {
  const help = assertThrows(() => parse(["show", "--help"]), ToolExit);
  assertEquals([help.status, help.stdout], [7, "usage: tool show\n\nhelp of show"]);
  const version = assertThrows(() => parse(["-v"]), ToolExit);
  assertEquals([version.status, version.stdout], [0, "1.0"]);
});

Deno.test("what is wrong becomes usage and error on standard error", () => {
  const exit = assertThrows(() => orUsage(() => parse([])), ToolExit);
  assertEquals([exit.status, exit.stderr], [1, "usage: tool\ntool: error: too few arguments"]);
});
