import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { ToolExit } from "../../../client/cli/client_tool.ts";
import { consoleConsumerOptions } from "../../../client/cli/console_consumer_options.ts";
import { JavaException } from "../../../client/cli/java_exception.ts";
import { LineOutput, UncaughtFailure } from "../../../storage/cli/tool.ts";
import { writeTextFile } from "../../../storage/file/text_file.ts";
import { consoleRecord, printed } from "../../support/console_record.ts";
import { manualEnv } from "../../support/manual_env.ts";

const SERVER = ["--bootstrap-server", "h:1"];
const TO = [...SERVER, "--topic", "t"];

function parse(args: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const env = manualEnv();
  for (const [name, text] of Object.entries(files)) writeTextFile(env.fileSystem, `/${name}`, text);
  const [lines, errors]: [string[], string[]] = [[], []];
  const io = {
    env,
    stdout: (text: string) => void lines.push(...text.split("\n")),
    stderr: (text: string) => void errors.push(...text.split("\n")),
  };
  const output = new LineOutput(io);
  const parsed = consoleConsumerOptions(args, io, output);
  output.flush();
  return { ...parsed, lines, errors };
}

const refusal = (...args: string[]) =>
  assertThrows(() => parse(args), ToolExit).stderr!.split("\n")[0];

Deno.test("who names no group gets one that commits nothing", () => {
  const { configs, partition, offset, timeoutMs } = parse(TO);
  assertEquals([partition, offset, timeoutMs], [undefined, "latest", Infinity]);
  const { "group.id": group, ...others } = configs;
  assertMatch(group!, /^console-consumer-\d{1,5}$/);
  const bytes = "org.apache.kafka.common.serialization.ByteArrayDeserializer";
  assertEquals(others, {
    "client.id": "console-consumer",
    "bootstrap.servers": "h:1",
    "auto.offset.reset": "latest",
    "isolation.level": "read_uncommitted",
    "enable.auto.commit": "false",
    "key.deserializer": bytes,
    "value.deserializer": bytes,
  });
  const commits = parse([...TO, "--command-property", "enable.auto.commit=true"]).configs;
  assertEquals(commits["enable.auto.commit"], "true");
});

Deno.test("a group may be named in three places, if it is the same", () => {
  const files = { c: "group.id=g\n" };
  const ofFile = ["--command-config", "c"];
  for (
    const args of [
      ["--group", "g"],
      ["--command-property", "group.id=g"],
      ofFile,
      ["--group", "g", "--command-property", "group.id=g", ...ofFile],
    ]
  ) {
    const { configs } = parse([...TO, ...args], files);
    assertEquals([configs["group.id"], configs["enable.auto.commit"]], ["g", undefined]);
  }
  assertEquals(
    refusal(...TO, "--group", "b", "--command-property", "group.id=a"),
    "The group ids provided in different places (directly using '--group', via " +
      "'--consumer-property', or via '--consumer.config') do not match. Detected group ids: 'a', 'b'",
  );
  assertEquals(
    refusal(...TO, "--group", "g", "--partition", "0"),
    "Options group and partition cannot be specified together.",
  );
});

Deno.test("an option comes before a property, a property before a file, and both before a default", () => {
  const files = { c: "client.id=f\nisolation.level=read_committed\nfetch.min.bytes=2\n" };
  const args = [...TO, "--command-config", "c", "--command-property", "fetch.min.bytes=3"];
  const { configs } = parse(args, files);
  assertEquals(
    [configs["client.id"], configs["isolation.level"], configs["fetch.min.bytes"]],
    ["f", "read_committed", "3"],
  );
  const level = parse([...args, "--isolation-level", "read_uncommitted"], files);
  assertEquals(level.configs["isolation.level"], "read_uncommitted");
});

Deno.test("where to begin is an offset, or one of two ends", () => {
  const of = (...args: string[]) => parse([...TO, "--partition", "0", ...args]).offset;
  assertEquals(of(), "latest");
  assertEquals(of("--from-beginning"), "earliest");
  assertEquals([of("--offset", "EARLIEST"), of("--offset", "Latest")], ["earliest", "latest"]);
  assertEquals([of("--offset", "0"), of("--offset", "+12")], [0, 12]);
  for (const text of ["-1", "x", "1.5", "", "99999999999999999999"]) {
    assertEquals(
      refusal(...TO, "--partition", "0", "--offset", text),
      `The provided offset value '${text}' is incorrect. Valid values are 'earliest', 'latest', or a non-negative long.`,
    );
  }
});

Deno.test("--from-beginning is auto.offset.reset, and does not go with another", () => {
  const reset = (...args: string[]) => parse([...TO, ...args]).configs["auto.offset.reset"];
  assertEquals(reset("--from-beginning"), "earliest");
  const property = (value: string) => ["--command-property", `auto.offset.reset=${value}`];
  assertEquals(reset(...property("none")), "none");
  assertEquals(reset("--from-beginning", ...property("earliest")), "earliest");
  const error = assertThrows(
    () => parse([...TO, "--from-beginning", ...property("none")]),
    ToolExit,
  );
  assertEquals([error.status, error.stderr], [
    1,
    "Can't simultaneously specify --from-beginning and 'auto.offset.reset=none', please remove one option",
  ]);
});

Deno.test("a negative time-out is none", () => {
  assertEquals(parse([...TO, "--timeout-ms", "20"]).timeoutMs, 20);
  assertEquals(parse([...TO, "--timeout-ms", "-1"]).timeoutMs, Infinity);
  assertThrows(() => parse([...TO, "--timeout-ms", "soon"]), UncaughtFailure);
});

Deno.test("the formatter gets properties, deserializers before them, and a file's first", () => {
  const record = consoleRecord({ key: Uint8Array.of(0, 0, 0, 1), value: "v" });
  const kafka = "org.apache.kafka.common.serialization.";
  const args = [
    ...[...TO, "--formatter-config", "f", "--formatter-property", "key.separator=="],
    ...["--key-deserializer", `${kafka}IntegerDeserializer`],
  ];
  const files = {
    f: `print.key=true\nkey.separator=;\nkey.deserializer=${kafka}LongDeserializer\n`,
  };
  assertEquals(printed(parse(args, files).formatter, record), "1=v\n");
  const { errors } = parse([...TO, "--value-deserializer", "my.Deserializer"]);
  assertMatch(
    errors.join("\n"),
    /^\[.*\] ERROR Unable to instantiate a deserializer from my\.Deserializer \(org\.apache\.kafka\.tools\.consumer\.DefaultMessageFormatter\)\njava\.lang\.ClassNotFoundException: my\.Deserializer$/,
  );
});

Deno.test("old names are taken with a word, but not beside the new ones", () => {
  const old = parse([
    ...[...TO, "--consumer-property", "client.id=p", "--consumer.config", "c"],
    ...["--property", "print.key=true"],
  ], { c: "fetch.min.bytes=4\n" });
  assertEquals(old.lines, [
    "Option --consumer-property is deprecated and will be removed in a future version. Use --command-property instead.",
    "Option --consumer.config is deprecated and will be removed in a future version. Use --command-config instead.",
    "Option --property is deprecated and will be removed in a future version. Use --formatter-property instead.",
  ]);
  assertEquals([old.configs["client.id"], old.configs["fetch.min.bytes"]], ["p", "4"]);
  assertEquals(printed(old.formatter, consoleRecord({ key: "k", value: "v" })), "k\tv\n");
  for (
    const [name, newer] of [
      ["consumer-property", "command-property"],
      ["consumer.config", "command-config"],
      ["property", "formatter-property"],
    ]
  ) {
    assertEquals(
      refusal(...TO, `--${name}`, "a=b", `--${newer}`, "a=b"),
      `Options --${name} and --${newer} cannot be specified together.`,
    );
  }
});

Deno.test("what does not go together is told above the usage text", () => {
  const oneOf = "Exactly one of the following arguments is required: [topic], [include]";
  assertEquals(refusal(...SERVER), oneOf);
  assertEquals(refusal(...TO, "--include", "t"), oneOf);
  assertEquals(refusal("--topic", "t"), 'Missing required argument "[bootstrap-server]"');
  assertEquals(
    refusal(...TO, "--offset", "1"),
    "The partition is required when offset is specified.",
  );
  assertEquals(
    refusal(...SERVER, "--include", "t", "--partition", "1"),
    "The topic is required when partition is specified.",
  );
  assertEquals(
    refusal(...TO, "--partition", "1", "--offset", "1", "--from-beginning"),
    "Options from-beginning and offset cannot be specified together.",
  );
  assertEquals(refusal(...TO, "--formatter", "my.Formatter"), "my.Formatter");
  assertEquals(refusal(...TO, "--formatter-config", "none"), "none");
  assertThrows(() => parse([...TO, "--command-config", "none"]), JavaException, "none");
});
