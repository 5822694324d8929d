import { assertEquals, assertThrows } from "@std/assert";
import {
  ArgumentExit,
  justified,
  parseArguments,
  type ToolDefinition,
} from "../../../storage/cli/argument_parser.ts";

const TOOL: ToolDefinition = {
  program: "tool",
  usage: "usage: tool",
  help: "about tool",
  commands: [
    {
      name: "make",
      usage: "usage: tool make",
      help: "about make",
      options: [
        { flags: ["--config", "-c"], action: "store", isRequired: true },
        { flags: ["--feature", "-f"], action: "append" },
        { flags: ["--force", "-F"], action: "storeTrue" },
        { flags: ["--one", "-o"], action: "storeTrue", group: "which" },
        { flags: ["--two", "-t"], action: "store", group: "which" },
      ],
    },
    { name: "mark", usage: "usage: tool mark", help: "about mark", options: [] },
  ],
};

const files: Readonly<Record<string, readonly string[]>> = { args: ["-c", "from file"] };
const parse = (...args: string[]) => parseArguments(TOOL, args, (path) => files[path]);

function exit(...args: string[]): [string, number] {
  const error = assertThrows(() => parse(...args), ArgumentExit, undefined, args.join(" "));
  return [error.message, error.status];
}

Deno.test("options are taken in all the ways of writing them", () => {
  for (
    const args of [["--config", "x"], ["--config=x"], ["-c", "x"], ["-cx"], ["--conf", "x"], [
      "--c=x",
    ]]
  ) {
    const parsed = parse("make", ...args);
    assertEquals([parsed.command, parsed.value("config")], ["make", "x"], args.join(" "));
  }
  const parsed = parse("make", "-Foc", "x", "-f", "a", "--feature=b", "-c", "y");
  assertEquals([parsed.has("force"), parsed.has("one"), parsed.has("two")], [true, true, false]);
  assertEquals([parsed.value("config"), parsed.values("feature"), parsed.values("two")], [
    "y",
    ["a", "b"],
    [],
  ]);
  assertEquals(parse("make", "@args").value("config"), "from file");
  assertEquals(parse("mar").command, "mark");
});

Deno.test("help is printed where it is asked for", () => {
  assertEquals(exit("--help"), ["usage: tool\n\nabout tool", 0]);
  assertEquals(exit("-h", "make"), ["usage: tool\n\nabout tool", 0]);
  assertEquals(exit("make", "-c", "x", "-h"), ["usage: tool make\n\nabout make", 0]);
});

Deno.test("what is wrong is told behind the usage", () => {
  const make = (message: string) => [`usage: tool make\ntool: error: ${message}`, 1];
  assertEquals(exit(), ["usage: tool\ntool: error: too few arguments", 1]);
  assertEquals(exit("--bogus"), ["usage: tool\ntool: error: unrecognized arguments: '--bogus'", 1]);
  assertEquals(
    exit("x")[0],
    "usage: tool\ntool: error: invalid choice: 'x' (choose from 'make', 'mark')\n\nDid you mean:\n\tmake\n\tmark",
  );
  assertEquals(
    exit("ma")[0],
    "usage: tool\ntool: error: ambiguous command: ma could match make, mark",
  );
  assertEquals(exit("make"), make("argument --config/-c is required"));
  assertEquals(
    exit("make", "--confg", "x"),
    make("unrecognized arguments: '--confg'\n\nDid you mean:\n\t--config"),
  );
  assertEquals(exit("make", "-c"), make("argument --config/-c: expected one argument"));
  assertEquals(exit("make", "-c", "-F"), make("argument --config/-c: expected one argument"));
  assertEquals(exit("make", "a", "-c", "x"), make("unrecognized arguments: 'a -c x'"));
  assertEquals(exit("make", "-x"), make("unrecognized arguments: '-x'"));
  assertEquals(
    exit("make", "--f", "x"),
    make("ambiguous option: --f could match --feature, --force"),
  );
  assertEquals(
    exit("make", "-o", "-t", "x")[0],
    [
      "usage: tool make",
      "tool: error: argument --two/-t: not allowed with argument --one/-o",
    ].join("\n"),
  );
  assertEquals(
    exit("make", "--force=x"),
    make("argument --force/-F: ignore implicit argument 'x'"),
  );
  assertEquals(exit("make", "@none"), make("Could not read arguments from file 'none'"));
});

Deno.test("long messages are lines of 75 characters, filled from the middle", () => {
  assertEquals(
    justified(
      "kafka-storage: error: invalid choice: 'bogus' (choose from 'info', 'format', 'version-mapping', 'feature-dependencies', 'random-uuid')",
    ).split("\n"),
    [
      "kafka-storage:  error:  invalid  choice:   'bogus'   (choose  from  'info',",
      "'format', 'version-mapping', 'feature-dependencies', 'random-uuid')",
    ],
  );
  assertEquals(
    justified(
      "kafka-storage: error: argument --no-initial-controllers/-N: not allowed with argument --standalone/-s",
    ).split("\n")[0],
    "kafka-storage: error:  argument  --no-initial-controllers/-N:  not  allowed",
  );
  const full = "kafka-producer-perf-test: error: --num-records should be greater than zero.";
  assertEquals(
    justified(full),
    [
      "kafka-producer-perf-test:  error:  --num-records  should  be  greater  than",
      "zero.",
    ].join("\n"),
  );
  assertEquals(justified(full.slice(1)), full.slice(1));
  const long = "x".repeat(80);
  assertEquals(justified(`${long} y`), `${long}\ny`);
});

const FLAT: ToolDefinition = {
  program: "tool",
  usage: "usage: tool",
  help: "about tool",
  commands: [],
  options: [
    { flags: ["--rate"], action: "store", type: "Double", isRequired: true },
    { flags: ["--size"], action: "store", type: "Integer", group: "what" },
    { flags: ["--count"], action: "storeTrue", group: "what" },
    { flags: ["--prop"], action: "storeMany" },
    { flags: ["--acks"], action: "store", type: "Integer", choices: [0, 1, -1] },
  ],
  requiredGroup: "what",
};

Deno.test("a tool without sub-commands has options only", () => {
  const parse = (...args: string[]) => parseArguments(FLAT, args, () => undefined);
  const problem = (...args: string[]) => assertThrows(() => parse(...args), ArgumentExit).problem;
  const parsed = parse("--rate", "-1", "--prop", "x=1", "--prop", "a=1", "b=2", "--count");
  assertEquals([parsed.command, parsed.value("rate"), parsed.has("count")], ["", "-1", true]);
  assertEquals(parsed.values("prop"), ["a=1", "b=2"]);
  for (const rate of ["1e3", "NaN", ".5", "2.f"]) {
    assertEquals(parse("--rate", rate, "--size", "1", "--").value("rate"), rate);
  }
  assertEquals(problem("--size", "1"), "argument --rate is required");
  assertEquals(problem("--rate", "1"), "one of the arguments --size --count is required");
  assertEquals(
    problem("--rate", "x", "--count"),
    "argument --rate: could not convert 'x' to Double (For input string: \"x\")",
  );
  assertEquals(problem("--rate", "-1.5"), "argument --rate: expected one argument");
  assertEquals(parse("--rate", "1", "--count", "--acks", "+1").value("acks"), "+1");
  assertEquals(
    problem("--acks", "2"),
    "argument --acks: invalid choice: '2' (choose from {0,1,-1})",
  );
  assertEquals(problem("--prop", "--count"), "argument --prop: expected 1 argument(s)");
  assertEquals(problem("--rate", "1", "--", "x", "y"), "unrecognized arguments: 'x y'");
});
