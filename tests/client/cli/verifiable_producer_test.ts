import { assertEquals, assertMatch } from "@std/assert";
import { StopRequest } from "../../../storage/cli/tool.ts";
import { Consumer } from "../../../client/consumer/consumer.ts";
import { runTool, startTools, type ToolsAndBroker } from "../../support/cli.ts";

const to = ({ bootstrap }: ToolsAndBroker, topic: string) => [
  ...["--bootstrap-server", bootstrap],
  ...["--topic", topic],
];

/** Events without their times. */
function eventsOf(stdout: string): string[] {
  return stdout.trimEnd().split("\n").map((line) => line.replace(/^\{"timestamp":\d+,/, "{"));
}

Deno.test("verifiable-producer: what Apache Kafka's tool prints", async () => {
  await using tools = await startTools();
  await tools.run("topics", ...to(tools, "keyed-topic"), "--create");
  await tools.run("verifiable-producer", ...to(tools, "keyed-topic"), "--max-messages", "8");
  await tools.replay("verifiable-producer");
});

Deno.test("verifiable-producer writes keys, prefixes and timestamps as it is asked to", async () => {
  await using tools = await startTools();
  await tools.run("topics", ...to(tools, "t"), "--create");
  const { code, stdout } = await tools.run(
    "verifiable-producer",
    ...[...to(tools, "t"), "--max-messages", "3", "--repeating-keys", "2", "--value-prefix", "7"],
    ...["--message-create-time", "1000"],
  );
  assertEquals(code, 0);
  const success = '{"name":"producer_send_success"';
  assertEquals(eventsOf(stdout).slice(0, 5), [
    '{"name":"startup_complete"}',
    `${success},"key":"0","value":"7.0","offset":0,"topic":"t","partition":0}`,
    `${success},"key":"1","value":"7.1","offset":1,"topic":"t","partition":0}`,
    `${success},"key":"0","value":"7.2","offset":2,"topic":"t","partition":0}`,
    '{"name":"shutdown_complete"}',
  ]);
  await using consumer = new Consumer({
    bootstrapServers: tools.bootstrap,
    transport: tools.transport,
  });
  consumer.assign([{ topic: "t", partition: 0 }]);
  consumer.seekToBeginning();
  const [first] = await consumer.poll(10_000);
  assertEquals(first!.timestamp, 1000);
});

Deno.test("verifiable-producer tells of what is not written, and goes on", async () => {
  await using tools = await startTools();
  const { code, stdout } = await tools.run(
    "verifiable-producer",
    ...[...to(tools, "not a topic"), "--max-messages", "2"],
  );
  const failure = '{"name":"producer_send_error","topic":"not a topic","key":null';
  const exception = '"exception":"class org.apache.kafka.common.errors.InvalidTopicException"';
  assertEquals(code, 0);
  assertEquals(eventsOf(stdout), [
    '{"name":"startup_complete"}',
    `${failure},"value":"0",${exception},"message":"Invalid topics: [not a topic]"}`,
    `${failure},"value":"1",${exception},"message":"not a topic"}`,
    '{"name":"shutdown_complete"}',
    '{"name":"tool_data","sent":2,"acked":0,"target_throughput":-1,"avg_throughput":0.0}',
  ]);
});

Deno.test("verifiable-producer goes on until it is told to stop, also when it may send nothing", async () => {
  await using tools = await startTools();
  await tools.run("topics", ...to(tools, "t"), "--create");
  for (const throughput of ["-1", "0"]) {
    const stop = new AbortController();
    let printed = "";
    const { code } = await runTool(
      "verifiable-producer",
      [...to(tools, "t"), "--throughput", throughput],
      {
        env: tools.env,
        transport: tools.transport,
        stopSignal: () => stop.signal,
        stdout(text) {
          printed += `${text}\n`;
          if (text.includes("success")) stop.abort(new StopRequest("SIGTERM"));
        },
      },
    );
    assertEquals(code, 143);
    const [completed, data] = eventsOf(printed).slice(-2);
    assertEquals(completed, '{"name":"shutdown_complete"}');
    const [, sent, acked] = /"sent":(\d+),"acked":(\d+),/.exec(data!)!;
    assertEquals(sent, acked);
    assertEquals(printed.match(/producer_send_success/g)!.length, Number(sent));
  }
});

Deno.test("verifiable-producer does not wait for a server when it is told to stop", async () => {
  await using tools = await startTools();
  const stop = new AbortController();
  let printed = "";
  const { code } = await runTool(
    "verifiable-producer",
    ["--bootstrap-server", "localhost:1", "--topic", "t"],
    {
      env: tools.env,
      transport: tools.transport,
      stopSignal: () => stop.signal,
      stdout(text) {
        printed += `${text}\n`;
        queueMicrotask(() => stop.abort(new StopRequest("SIGINT")));
      },
    },
  );
  const exception = '"exception":"class org.apache.kafka.common.KafkaException"';
  assertEquals([code, eventsOf(printed).slice(1, 3)], [130, [
    `{"name":"producer_send_error","topic":"t","key":null,"value":"0",${exception},` +
    '"message":"Producer closed while send in progress"}',
    '{"name":"shutdown_complete"}',
  ]]);
});

Deno.test("verifiable-producer ends when nobody reads what it tells", async () => {
  await using tools = await startTools();
  await tools.run("topics", ...to(tools, "t"), "--create");
  const gone = new Deno.errors.BrokenPipe("gone");
  let error: unknown;
  try {
    await runTool("verifiable-producer", to(tools, "t"), {
      env: tools.env,
      transport: tools.transport,
      stdout() {
        throw gone;
      },
    });
  } catch (thrown) {
    error = thrown;
  }
  assertEquals(error, gone);
});

Deno.test("verifiable-producer: what nothing can be made of", async () => {
  await using tools = await startTools();
  const early = await tools.run(
    "verifiable-producer",
    ...[...to(tools, "t"), "--max-messages", "1", "--message-create-time", "-5"],
  );
  assertEquals([early.code, early.stderr], [
    1,
    'Exception in thread "main" java.lang.IllegalArgumentException: Invalid timestamp: -5. ' +
    "Timestamp should always be non-negative or null.\n",
  ]);
  assertMatch(early.stdout, /"shutdown_complete"}\n.*"sent":0,"acked":0,/);
  const nowhere = await tools.run("verifiable-producer", "--bootstrap-server", "x", "--topic", "t");
  assertEquals([nowhere.code, nowhere.stdout, nowhere.stderr], [
    1,
    "",
    'Exception in thread "main" org.apache.kafka.common.KafkaException: Failed to construct kafka producer\n' +
    "Caused by: org.apache.kafka.common.config.ConfigException: Invalid url in bootstrap.servers: x\n",
  ]);
});
