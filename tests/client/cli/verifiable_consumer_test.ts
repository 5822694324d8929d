import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { StopRequest } from "../../../storage/cli/tool.ts";
import { runTool, startTools, type ToolsAndBroker } from "../../support/cli.ts";

const from = ({ bootstrap }: ToolsAndBroker, topic: string) => [
  ...["--bootstrap-server", bootstrap],
  ...["--topic", topic],
];

/** Events without their times. */
function eventsOf(stdout: string): string[] {
  return stdout.trimEnd().split("\n").map((line) => line.replace(/^\{"timestamp":\d+,/, "{"));
}

/** A topic of one partition with records. */
async function filled(count: number, ...args: string[]): Promise<ToolsAndBroker> {
  const tools = await startTools();
  const topic = from(tools, "t");
  await tools.run("topics", ...topic, "--create");
  await tools.run("verifiable-producer", ...topic, "--max-messages", `${count}`, ...args);
  return tools;
}

const PARTITION = '"partitions":[{"topic":"t","partition":0}]';
const ASSIGNED = `{"name":"partitions_assigned",${PARTITION}}`;
const REVOKED = `{"name":"partitions_revoked",${PARTITION}}`;
const STARTED = '{"name":"startup_complete"}';
const ENDED = ['{"name":"shutdown_complete"}', '{"name":"shutdown_requested"}'];

const consumed = (all: number, count: number, min: number) =>
  `{"name":"records_consumed","count":${all},"partitions":[{"topic":"t","partition":0,` +
  `"count":${count},"minOffset":${min},"maxOffset":${min + count - 1}}]}`;
const committed = (offset: number) =>
  `{"name":"offsets_committed","offsets":[{"topic":"t","partition":0,"offset":${offset}}],"success":true}`;

Deno.test("verifiable-consumer reads and commits no more than it is asked for, and goes on from there", async () => {
  await using tools = await filled(5, "--repeating-keys", "9");
  const run = (...args: string[]) =>
    tools.run("verifiable-consumer", ...from(tools, "t"), "--group-id", "g", ...args);
  const first = await run("--max-messages", "2", "--verbose");
  assertEquals([first.code, first.stderr], [0, ""]);
  assertEquals(eventsOf(first.stdout), [
    STARTED,
    ASSIGNED,
    '{"name":"record_data","key":"0","value":"0","topic":"t","partition":0,"offset":0}',
    '{"name":"record_data","key":"1","value":"1","topic":"t","partition":0,"offset":1}',
    consumed(5, 2, 0),
    committed(2),
    REVOKED,
    ...ENDED,
  ]);
  const second = await run("--max-messages", "3");
  assertEquals(eventsOf(second.stdout).slice(2, 4), [consumed(3, 3, 2), committed(5)]);
  const none = await run("--max-messages", "0");
  assertEquals(eventsOf(none.stdout), [STARTED, ...ENDED]);
});

Deno.test("verifiable-consumer can leave it to the consumer to commit", async () => {
  await using tools = await filled(3);
  const { stdout } = await tools.run(
    "verifiable-consumer",
    ...[...from(tools, "t"), "--group-id", "g", "--max-messages", "3", "--enable-autocommit"],
  );
  assertEquals(eventsOf(stdout), [STARTED, ASSIGNED, consumed(3, 3, 0), REVOKED, ...ENDED]);
  const described = await tools.run(
    ...["consumer-groups", "--bootstrap-server", tools.bootstrap, "--describe", "--group", "g"],
  );
  assertMatch(described.stdout, /^g +t +0 +3 +3 +0 /m);
});

Deno.test("verifiable-consumer goes on until it is told to stop", async () => {
  await using tools = await filled(3);
  const stop = new AbortController();
  let printed = "";
  const { code } = await runTool(
    "verifiable-consumer",
    [...from(tools, "t"), "--group-id", "g"],
    {
      env: tools.env,
      transport: tools.transport,
      stopSignal: () => stop.signal,
      stdout(text) {
        printed += `${text}\n`;
        if (text.includes("offsets_committed")) {
          queueMicrotask(() => stop.abort(new StopRequest("SIGINT")));
        }
      },
    },
  );
  assertEquals(code, 130);
  assertEquals(eventsOf(printed), [
    STARTED,
    ASSIGNED,
    consumed(3, 3, 0),
    committed(3),
    ENDED[1]!,
    REVOKED,
    ENDED[0]!,
  ]);
});

Deno.test("verifiable-consumer logs why it can't go on, and ends as if it had", async () => {
  await using tools = await filled(1);
  const failure = async (topic: string, ...args: string[]) => {
    const { code, stdout, stderr } = await tools.run(
      "verifiable-consumer",
      ...[...from(tools, topic), "--group-id", "g", ...args],
    );
    assertEquals(code, 0);
    assertEquals(eventsOf(stdout).slice(-2), ENDED);
    assertStringIncludes(
      stderr,
      "ERROR Error during processing, terminating consumer process:  (org.apache.kafka.tools.VerifiableConsumer)\n",
    );
    return stderr.trimEnd().split("\n").at(-1);
  };
  assertEquals(
    await failure("t", "--reset-policy", "none"),
    "org.apache.kafka.clients.consumer.NoOffsetForPartitionException: " +
      "Undefined offset with no reset policy for partitions: [t-0]",
  );
  assertEquals(
    await failure(" "),
    "java.lang.IllegalArgumentException: Topic collection to subscribe to cannot contain null or empty topic",
  );
});

Deno.test("verifiable-consumer: what nothing can be made of", async () => {
  await using tools = await filled(1);
  const failure = async (...args: string[]) => {
    const { code, stdout, stderr } = await tools.run(
      "verifiable-consumer",
      ...[...from(tools, "t"), "--group-id", "g", ...args],
    );
    assertEquals([code, stdout], [1, ""]);
    return stderr.replace('Exception in thread "main" ', "").trimEnd().split("\n");
  };
  const wrapped = "org.apache.kafka.common.KafkaException: Failed to construct kafka consumer";
  assertEquals(await failure("--session-timeout", "5"), [
    wrapped,
    "Caused by: java.lang.IllegalArgumentException: Heartbeat must be set lower than the session timeout",
  ]);
  assertEquals(await failure("--group-protocol", "none"), [
    "java.lang.IllegalArgumentException: No enum constant org.apache.kafka.clients.consumer.GroupProtocol.NONE",
  ]);
});
