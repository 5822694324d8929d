import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { ToolExit } from "../../../client/cli/client_tool.ts";
import { JavaException } from "../../../client/cli/java_exception.ts";
import { verifiableConsumerOptions } from "../../../client/cli/verifiable_consumer_options.ts";
import { LineOutput } from "../../../storage/cli/tool.ts";
import { writeTextFile } from "../../../storage/file/text_file.ts";
import { manualEnv } from "../../support/manual_env.ts";

const FROM = ["--bootstrap-server", "a:1", "--topic", "t", "--group-id", "g"];
const DESERIALIZER = "org.apache.kafka.common.serialization.StringDeserializer";
const CONFIGS = {
  "group.protocol": "CLASSIC",
  "partition.assignment.strategy": "org.apache.kafka.clients.consumer.RangeAssignor",
  "group.id": "g",
  "bootstrap.servers": "a:1",
  "enable.auto.commit": "false",
  "auto.offset.reset": "earliest",
  "key.deserializer": DESERIALIZER,
  "value.deserializer": DESERIALIZER,
};

function parse(...args: readonly string[]) {
  const env = manualEnv();
  writeTextFile(env.fileSystem, "/my.properties", "group.id=file\nmax.poll.records=7\n");
  const io = { env, workingDirectory: "/", stdout: () => {}, stderr: () => {} };
  return verifiableConsumerOptions(args, io, new LineOutput(io));
}

Deno.test("what is not given is Kafka's default", () => {
  assertEquals(parse(...FROM), {
    topic: "t",
    maxMessages: Infinity,
    isVerbose: false,
    commitsByItself: false,
    configs: CONFIGS,
  });
});

Deno.test("options count more than a file", () => {
  const { configs, ...options } = parse(
    ...[...FROM, "--max-messages", "5", "--verbose", "--enable-autocommit", "--session-timeout"],
    ...["7000", "--group-instance-id", "i", "--reset-policy", "none", "--assignment-strategy"],
    ...["mine", "--group-remote-assignor", "uniform", "--command-config", "my.properties"],
  );
  assertEquals(options, { topic: "t", maxMessages: 5, isVerbose: true, commitsByItself: true });
  assertEquals(configs, {
    ...CONFIGS,
    "partition.assignment.strategy": "mine",
    "session.timeout.ms": "7000",
    "group.instance.id": "i",
    "enable.auto.commit": "true",
    "auto.offset.reset": "none",
    "max.poll.records": "7",
  });
});

Deno.test("each protocol has an assignor in its own way", () => {
  const { configs } = parse(
    ...[...FROM, "--group-protocol", "consumer", "--group-remote-assignor", "uniform"],
  );
  const { "partition.assignment.strategy": _, ...others } = CONFIGS;
  assertEquals(configs, {
    ...others,
    "group.protocol": "CONSUMER",
    "group.remote.assignor": "uniform",
  });
  assertThrows(
    () => parse(...FROM, "--group-protocol", "bogus"),
    JavaException,
    "No enum constant org.apache.kafka.clients.consumer.GroupProtocol.BOGUS",
  );
});

Deno.test("what is wrong is told with the usage", () => {
  const cases: readonly (readonly [string[], string])[] = [
    [FROM.slice(0, 4), "error: argument --group-id is required"],
    [FROM.slice(4), "error: argument --topic is required"],
    [[...FROM, "--verbose=x"], "--verbose:  ignore  implicit argument\n'x'"],
    [[...FROM, "--max-messages", "x"], "could not convert"],
    [[...FROM, "--consumer.config", "none"], "verifiable-consumer: error: none"],
  ];
  for (const [args, text] of cases) {
    const { status, stderr } = assertThrows(() => parse(...args), ToolExit);
    assertEquals(status, 1);
    assertMatch(stderr!, /^usage: verifiable-consumer /);
    assertStringIncludes(stderr!, text);
  }
  assertEquals(assertThrows(() => parse(), ToolExit).status, 0);
});
