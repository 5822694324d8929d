import { assertEquals, assertThrows } from "@std/assert";
import { ToolExit } from "../../../client/cli/client_tool.ts";
import { consumerGroupsCall } from "../../../client/cli/consumer_groups_call.ts";

Deno.test("options that do not go together end with a line above the usage text", () => {
  const refusals: readonly (readonly [string, string])[] = [
    ["--describe", "Option [describe] takes one of these options: [group], [all-groups]"],
    [
      "--describe --group g --members --state",
      "Option [describe] takes at most one of these options: [members], [offsets], [state]",
    ],
    ["--describe --group g --state Stable", "Option [describe] does not take a value for [state]"],
    [
      "--delete --group g --topic t",
      "The consumer does not support topic-specific offset deletion from a consumer group.",
    ],
    [
      "--delete-offsets --group g",
      "Option [delete-offsets] takes the following options: [group], [topic]",
    ],
    [
      "--reset-offsets --group g --execute --dry-run",
      "Option [reset-offsets] only accepts one of [execute] and [dry-run]",
    ],
    [
      "--reset-offsets --group g --execute --to-latest --to-earliest",
      'Option "[to-earliest]" can\'t be used with option "[to-latest]"',
    ],
    ["--list --group g", 'Option "[group]" can\'t be used with option "[list]"'],
    [
      "--list --delete --all-groups",
      "Command must include exactly one action: --list, --describe, --delete, --reset-offsets, --delete-offsets, --validate-regex",
    ],
  ];
  for (const [line, message] of refusals) {
    const args = ["--bootstrap-server", "a:1", ...line.split(" ")];
    const exit = assertThrows(() => consumerGroupsCall(args, () => {}), ToolExit);
    assertEquals(exit.stderr!.split("\n")[0], message);
  }
});

Deno.test("a reset that will do nothing is warned about", () => {
  const warnings: string[] = [];
  const args = ["--bootstrap-server", "a:1", "--reset-offsets", "--group", "g", "--to-latest"];
  consumerGroupsCall(args, (line) => void warnings.push(line));
  assertEquals(warnings.length, 1);
  consumerGroupsCall([...args, "--dry-run"], () => {
    throw new Error("no warning");
  });
  consumerGroupsCall(["--validate-regex", "a"], () => {});
});
