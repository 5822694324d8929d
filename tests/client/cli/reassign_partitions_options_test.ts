import { assertEquals, assertThrows } from "@std/assert";
import { ToolExit } from "../../../client/cli/client_tool.ts";
import {
  REASSIGN_PARTITIONS_OPTIONS,
  reassignmentAction,
} from "../../../client/cli/reassign_partitions_options.ts";
import { ToolOptions } from "../../../client/cli/tool_options.ts";

const action = (args: string) =>
  reassignmentAction(new ToolOptions(args.split(" "), REASSIGN_PARTITIONS_OPTIONS));

Deno.test("an action comes with what it needs", () => {
  assertEquals(action("--list --bootstrap-controller c:1"), "list");
  assertEquals(
    action("--execute --bootstrap-server c:1 --reassignment-json-file f --throttle 1 --additional"),
    "execute",
  );
});

Deno.test("actions that are wrong are refused in Kafka's words", () => {
  const cases: readonly (readonly [string, string])[] = [
    [
      "--list --execute",
      "Command must include exactly one action: --generate, --execute, --verify, --cancel, --list",
    ],
    ["--list", "Please specify either --bootstrap-server or --bootstrap-controller"],
    [
      "--list --bootstrap-server a --bootstrap-controller b",
      "Please don't specify both --bootstrap-server and --bootstrap-controller",
    ],
    ["--verify --bootstrap-server a", 'Missing required argument "[reassignment-json-file]"'],
    [
      "--list --bootstrap-server a --throttle 5",
      'Option "[throttle]" can\'t be used with action "[list]"',
    ],
    [
      "--verify --bootstrap-controller a --reassignment-json-file f",
      'Option "[bootstrap-controller]" can\'t be used with action "[verify]"',
    ],
  ];
  for (const [args, message] of cases) {
    const { status, stderr } = assertThrows(() => action(args), ToolExit);
    assertEquals([status, stderr?.split("\n")[0]], [1, message]);
  }
});
