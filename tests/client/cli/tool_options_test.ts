import { assert, assertEquals, assertThrows } from "@std/assert";
import { ToolExit } from "../../../client/cli/client_tool.ts";
import { JSON_OPTION, ToolOptions } from "../../../client/cli/tool_options.ts";

const OPTIONS = [
  { name: "a", description: "First.", argument: "required" as const, type: "Integer" },
  { name: "b", description: "Second." },
  JSON_OPTION,
];
const parse = (...args: string[]) => new ToolOptions(args, OPTIONS);

function exitOf(act: () => void): ToolExit {
  return assertThrows(act, ToolExit);
}

Deno.test("help, version and our own options are answered", () => {
  const help = exitOf(() => parse("--help").answerHelp("What it does."));
  assert(help.stderr!.startsWith("What it does.\nOption"));
  assert(!help.stderr!.includes("json"));
  assertEquals(help.status, 1);
  assertEquals(exitOf(() => parse().answerHelp("x")).status, 1);
  assertEquals(exitOf(() => parse("--version").answerHelp("x")).stdout, "4.3.1");
  assert(exitOf(() => parse("--help-seglog").answerHelp("x")).stdout!.includes("--json"));
  parse("--b").answerHelp("x");
});

Deno.test("what is wrong may be told in front of the usage text", () => {
  const failure = exitOf(() => ToolOptions.orUsage(["--c"], OPTIONS));
  assertEquals(failure.stderr!.split("\n").slice(0, 2).map((line) => line.trimEnd()), [
    "c is not a recognized option",
    "Option         Description",
  ]);
  assertEquals(ToolOptions.orUsage(["--b"], OPTIONS).has("b"), true);
});

Deno.test("options must be there, or must not be there together", () => {
  const options = parse("--a", "1", "--b");
  assertEquals([options.integer("a"), options.value("a"), options.has("b")], [1, "1", true]);
  assertEquals([options.values("a"), options.order, options.long("a")], [["1"], ["a", "b"], 1]);
  options.require("a", "b");
  const line = (act: () => void) => exitOf(act).stderr!.split("\n")[0];
  assertEquals(line(() => options.require("json")), 'Missing required argument "[json]"');
  assertEquals(
    line(() => options.refuse("a", ["b"])),
    'Option "[a]" can\'t be used with option "[b]"',
  );
  parse("--b").refuse("a", ["b"]);
  assertEquals(
    line(() => options.requireOneOf("a", "b")),
    "Exactly one of the following arguments is required: [a], [b]",
  );
});
