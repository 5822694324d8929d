import { assertEquals, assertThrows } from "@std/assert";
import {
  type OptionDefinition,
  parseOptions,
  usageFailure,
} from "../../../storage/cli/option_parser.ts";
import { ToolFailure } from "../../../storage/cli/tool.ts";

const DEFINITIONS: readonly OptionDefinition[] = [
  { name: "flag", description: "A flag." },
  { name: "files", description: "Files.", argument: "required" },
  { name: "size", description: "Size.", argument: "required", type: "Integer", defaultsTo: "7" },
  { name: "decoder", description: "Class.", argument: "optional", defaultsTo: "String" },
  { name: "room", description: "Number.", argument: "optional", type: "Integer", defaultsTo: "0" },
];

function parse(...args: string[]) {
  return parseOptions(args, DEFINITIONS);
}

function failure(...args: string[]): string {
  return assertThrows(() => {
    const options = parse(...args);
    options.valueOf("files");
    options.integerOf("size");
  }, ToolFailure).message;
}

Deno.test("an argument follows its option, or an equals sign; one dash does", () => {
  assertEquals(parse("--files", "a,b").valueOf("files"), "a,b");
  assertEquals(parse("--files=a=b").valueOf("files"), "a=b");
  assertEquals(parse("-files", "a").valueOf("files"), "a");
  assertEquals(parse("--files=", "a").valueOf("files"), "a");
  assertEquals(parse("--files", "--flag").valueOf("files"), "--flag");
});

Deno.test("a flag takes no argument, and drops one after an equals sign", () => {
  const options = parse("--flag=no", "rest");
  assertEquals(options.has("flag"), true);
  assertEquals(options.rest, ["rest"]);
});

Deno.test("an optional argument may be left out before the next option", () => {
  const options = parse("--decoder", "--flag");
  assertEquals(options.has("decoder"), true);
  assertEquals(options.valueOf("decoder"), "String");
  assertEquals(options.has("flag"), true);
  assertEquals(parse("--decoder", "Long").valueOf("decoder"), "Long");
  assertEquals(parse("--room", "-1").integerOf("room"), -1);
  const words = parse("--room", "x");
  assertEquals([words.integerOf("room"), words.rest], [0, ["x"]]);
});

Deno.test("two dashes alone end the options, one alone is no option", () => {
  const options = parse("-", "--", "--flag");
  assertEquals(options.rest, ["-", "--flag"]);
  assertEquals(options.has("flag"), false);
});

Deno.test("an option is not recognised by its beginning", () => {
  const head = 'Exception in thread "main" joptsimple.UnrecognizedOptionException: ';
  assertEquals(failure("--file", "a"), `${head}file is not a recognized option`);
  assertEquals(failure("--file=a"), `${head}file is not a recognized option`);
  assertEquals(failure("-hx"), `${head}h is not a recognized option`);
});

Deno.test("missing, repeated and malformed arguments fail in the words of JOpt Simple", () => {
  const head = 'Exception in thread "main" joptsimple.';
  assertEquals(
    failure("--files"),
    `${head}OptionMissingRequiredArgumentException: Option files requires an argument`,
  );
  assertEquals(
    failure("--files", "a", "--files", "b"),
    `${head}MultipleArgumentsForOptionException: Found multiple arguments for option files, but you asked for only one`,
  );
  for (const size of ["abc", "2147483648", "1.5"]) {
    assertEquals(
      failure("--size", size),
      `${head}OptionArgumentConversionException: Cannot parse argument '${size}' of option size`,
    );
  }
  assertEquals(parse().integerOf("size"), 7);
  assertEquals(parse("--size=-1").integerOf("size"), -1);
});

Deno.test("a long has no default, and is refused when it is not exact", () => {
  assertEquals(parse().longOf("files"), undefined);
  assertEquals(parse("--files", "-3").longOf("files"), -3);
  assertThrows(() => parse("--files", "9007199254740993").longOf("files"), ToolFailure);
});

Deno.test("the usage text follows a line and ends with status 1", () => {
  const failure = usageFailure("Missing", DEFINITIONS);
  assertEquals(failure.status, 1);
  assertEquals(failure.message.split("\n")[0], "Missing");
});
