import { assertEquals, assertThrows } from "@std/assert";
import { ToolExit } from "../../../client/cli/client_tool.ts";
import { topicsOptions } from "../../../client/cli/topics_options.ts";

const parse = (line: string, told: string[] = []) =>
  topicsOptions(
    ["--bootstrap-server", "a:1", ...line.split(" ")],
    (text) => void told.push(`err ${text}`),
    (text) => void told.push(`out ${text}`),
  );

Deno.test("options that do not go together end with a line above the usage text", () => {
  const tool = "(To alter topic configurations, the kafka-configs tool can be used.)";
  const refusals: readonly (readonly [string, string])[] = [
    ["--create", 'Missing required argument "[topic]"'],
    ["--alter --topic t", 'Missing required argument "[partitions]"'],
    ["--describe --if-exists", "--topic or --topic-id is required to describe a topic"],
    [
      "--alter --topic t --config a=1",
      `Option combination "[[bootstrap-server], [config]]" can't be used with option "[alter]" ${tool}`,
    ],
    ["--list --partitions 1", 'Option "[partitions]" can\'t be used with option "[list]"'],
    [
      "--create --topic t --replica-assignment 0 --partitions 1",
      'Option "[replica-assignment]" can\'t be used with option "[partitions]"',
    ],
    [
      "--describe --topics-with-overrides --under-min-isr-partitions",
      'Option "[under-min-isr-partitions]" can\'t be used with option "[topics-with-overrides]"',
    ],
    ["--list --if-not-exists", 'Option "[if-not-exists]" can\'t be used with option "[list]"'],
    [
      "--delete --topic t --exclude-internal",
      'Option "[exclude-internal]" can\'t be used with option "[delete]"',
    ],
  ];
  for (const [line, message] of refusals) {
    const exit = assertThrows(() => parse(line), ToolExit);
    assertEquals(exit.stderr!.split("\n")[0], message, line);
  }
});

Deno.test("what has no effect any more is told", () => {
  const told: string[] = [];
  parse("--list --delete-config a", told);
  parse("--describe --if-exists --topic t --topic-id i", told);
  assertEquals(
    told.map((line) => line.slice(0, 30)),
    [
      "err delete-config option is no ",
      "out Only topic id will be used ",
    ].map((line) => line.slice(0, 30)),
  );
});
