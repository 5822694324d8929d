import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { ToolExit } from "../../../client/cli/client_tool.ts";
import { verifiableProducerOptions } from "../../../client/cli/verifiable_producer_options.ts";
import { LineOutput } from "../../../storage/cli/tool.ts";
import { writeTextFile } from "../../../storage/file/text_file.ts";
import { manualEnv } from "../../support/manual_env.ts";

const TO = ["--bootstrap-server", "a:1", "--topic", "t"];

function parse(...args: readonly string[]) {
  const env = manualEnv();
  writeTextFile(env.fileSystem, "/my.properties", "acks=all\nretries=3\nkey.serializer=mine\n");
  const io = { env, workingDirectory: "/", stdout: () => {}, stderr: () => {} };
  return verifiableProducerOptions(args, io, new LineOutput(io));
}

Deno.test("what is not given is Kafka's default", () => {
  const serializer = "org.apache.kafka.common.serialization.StringSerializer";
  assertEquals(parse(...TO), {
    topic: "t",
    maxMessages: Infinity,
    throughput: -1,
    valuePrefix: undefined,
    repeatingKeys: undefined,
    createTime: undefined,
    configs: {
      "bootstrap.servers": "a:1",
      "acks": "-1",
      "retries": "0",
      "key.serializer": serializer,
      "value.serializer": serializer,
    },
  });
});

Deno.test("options are numbers, and a file counts more than they do", () => {
  const { configs, ...options } = parse(
    ...[...TO, "--max-messages", "0", "--throughput", "+5", "--value-prefix", "-7", "--acks", "1"],
    ...["--repeating-keys", "3", "--message-create-time", "1000"],
    ...["--command-config", "my.properties"],
  );
  assertEquals(options, {
    topic: "t",
    maxMessages: 0,
    throughput: 5,
    valuePrefix: -7,
    repeatingKeys: 3,
    createTime: 1000,
  });
  assertEquals([configs.acks, configs.retries], ["all", "3"]);
  assertMatch(configs["key.serializer"]!, /StringSerializer$/);
  assertEquals(parse(...TO, "--max-messages", "-3").maxMessages, Infinity);
});

Deno.test("what is wrong is told with the usage", () => {
  const cases: readonly (readonly [string[], string])[] = [
    [TO.slice(2), "error:  one  of  the  arguments  --bootstrap-server is\nrequired"],
    [TO.slice(0, 2), "error: argument --topic is required"],
    [[...TO, "--acks", "7"], "invalid  choice: '7' (choose\nfrom {0,1,-1})"],
    [[...TO, "--max-messages", "x"], "could not convert 'x'"],
    [[...TO, "--command-config", "none"], "verifiable-producer: error: none"],
  ];
  for (const [args, text] of cases) {
    const { status, stderr } = assertThrows(() => parse(...args), ToolExit);
    assertEquals(status, 1);
    assertMatch(stderr!, /^usage: verifiable-producer /);
    assertStringIncludes(stderr!, text);
  }
  const bare = assertThrows(() => parse(), ToolExit);
  assertEquals([bare.status, bare.stderr], [0, undefined]);
  assertMatch(bare.stdout!, /^usage: verifiable-producer /);
});
