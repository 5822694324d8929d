import { assertEquals, assertThrows } from "@std/assert";
import { ToolExit } from "../../../client/cli/client_tool.ts";
import { e2eLatencyOptions } from "../../../client/cli/e2e_latency_options.ts";
import { JavaException } from "../../../client/cli/java_exception.ts";

const NAMED = [
  ...["--bootstrap-server", "a:1", "--topic", "t", "--num-records", "5"],
  ...["--producer-acks", "all", "--record-size", "10"],
];

function parse(...args: readonly string[]) {
  const lines: string[] = [];
  return { options: e2eLatencyOptions(args, (line) => lines.push(line)), lines };
}

/** The first line of what is wrong. */
const problem = (...args: readonly string[]) =>
  assertThrows(() => parse(...args), ToolExit).stderr!.split("\n")[0];

Deno.test("options may be named, or be known by their position", () => {
  const { options, lines } = parse(...NAMED, "--record-header-size", "-1", "--num-headers");
  assertEquals(lines, []);
  assertEquals(
    ["num-records", "record-size", "record-header-size", "num-headers", "record-key-size"]
      .map((name) => options.integer(name)),
    [5, 10, -1, 0, 0],
  );
  const old = parse("a:1", "t", "5", "1", "10", "file");
  assertEquals(old.lines, [
    "WARNING: Positional argument usage is deprecated and will be removed in Apache Kafka 5.0. Please use named " +
    "arguments instead: --bootstrap-server, --topic, --num-records, --producer-acks, --record-size, --command-config",
  ]);
  assertEquals(
    ["bootstrap-server", "topic", "producer-acks", "command-config"]
      .map((name) => old.options.value(name)),
    ["a:1", "t", "1", "file"],
  );
});

Deno.test("what is wrong is told as Apache Kafka tells it", () => {
  assertThrows(
    () => parse("a:1", "t"),
    JavaException,
    "Invalid number of arguments. Expected 5 or 6 positional arguments, but got 2.",
  );
  assertEquals(problem(...NAMED.slice(0, 8)), 'Missing required argument "[record-size]"');
  assertEquals(problem(...NAMED, "--bogus"), "bogus is not a recognized option");
  const cases: readonly (readonly [string, string, string])[] = [
    ["num-records", "0", "Value for --num-records must be a positive integer."],
    ["record-size", "-1", "Value for --record-size must be a non-negative integer."],
    ["record-key-size", "-1", "Value for --record-key-size must be a non-negative integer."],
    [
      "record-header-size",
      "-2",
      "Value for --record-header-size must be a non-negative integer or -1 for null header value.",
    ],
    ["num-headers", "-1", "Value for --num-headers must be a non-negative integer."],
    [
      "producer-acks",
      "0",
      "Invalid value for --producer-acks. Latency testing requires synchronous acknowledgement. Please use '1' or 'all'.",
    ],
  ];
  for (const [name, value, text] of cases) {
    const at = NAMED.indexOf(`--${name}`);
    const args = at < 0 ? NAMED : NAMED.toSpliced(at, 2);
    assertEquals(problem(...args, `--${name}`, value), text);
  }
});
