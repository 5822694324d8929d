import { assertEquals, assertStringIncludes } from "@std/assert";
import { alterPartitionReassignments } from "../../../client/protocol/messages/alter_partition_reassignments.ts";
import { alterReplicaLogDirs } from "../../../client/protocol/messages/alter_replica_log_dirs.ts";
import { describeCluster } from "../../../client/protocol/messages/describe_cluster.ts";
import { describeLogDirs } from "../../../client/protocol/messages/describe_log_dirs.ts";
import { describeTopicPartitions } from "../../../client/protocol/messages/describe_topic_partitions.ts";
import { incrementalAlterConfigs } from "../../../client/protocol/messages/incremental_alter_configs.ts";
import {
  listPartitionReassignments,
  type OngoingTopicReassignment,
} from "../../../client/protocol/messages/list_partition_reassignments.ts";
import { errorCode } from "../../../client/protocol/error_codes.ts";
import { writeTextFile } from "../../../storage/file/text_file.ts";
import { runTool, startTools } from "../../support/cli.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

const fixture = (replicas: number[]) =>
  JSON.stringify({
    version: 1,
    partitions: [{
      topic: "multipart-topic",
      partition: 0,
      replicas,
      log_dirs: replicas.map(() => "any"),
    }],
  });

Deno.test("reassign-partitions: what Apache Kafka's tool prints", async (t) => {
  await using tools = await startTools();
  await tools.replay("topics-create");
  await tools.replay("topics-alter-partitions");
  tools.writeFile("topics.json", '{"topics":[{"topic":"multipart-topic"}],"version":1}');
  tools.writeFile("plan.json", fixture([0]));
  tools.writeFile("bad-plan.json", fixture([0, 7]));
  for (const step of ["generate", "execute", "verify", "unknown-broker", "list"]) {
    await t.step(step, () => tools.replay(`reassign-${step}`));
  }
});

/** Three brokers with a topic of two partitions; nothing moves by itself. */
async function threeBrokers() {
  const nodes = await ScriptedNodes.start(1, 2, 3);
  nodes.topics = { foo: [1, 1] };
  const env = manualEnv();
  let underWay: Partial<OngoingTopicReassignment>[] = [];
  nodes.on(describeCluster, () => ({
    clusterId: "scripted",
    controllerId: 1,
    brokers: nodes.nodes.map((brokerId) => (
      { brokerId, host: "127.0.0.1", port: 9000 + brokerId, rack: `r${brokerId % 2}` }
    )),
  }));
  nodes.on(describeTopicPartitions, () => null);
  nodes.highest.set(describeTopicPartitions.name, -1);
  nodes.on(listPartitionReassignments, () => ({ topics: underWay as never }));
  nodes.on(alterPartitionReassignments, ({ topics }) => ({
    responses: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex })),
    })),
  }));
  nodes.on(incrementalAlterConfigs, ({ resources }) => ({
    responses: resources.map(({ resourceType, resourceName }) => ({ resourceType, resourceName })),
  }));
  nodes.on(describeLogDirs, ({ topics }) => ({
    results: [{
      logDir: "/one",
      topics: (topics ?? []).map(({ topic: name, partitions }) => ({
        name,
        partitions: partitions.map((partitionIndex) => ({ partitionIndex })),
      })),
    }],
  }));
  nodes.on(alterReplicaLogDirs, ({ dirs }) => ({
    results: dirs.flatMap(({ topics }) =>
      topics.map(({ name, partitions }) => ({
        topicName: name,
        partitions: partitions.map((partitionIndex) => ({ partitionIndex })),
      }))
    ),
  }));
  const changes = () =>
    nodes.of(incrementalAlterConfigs).flatMap(({ request: { resources } }) =>
      resources.flatMap(({ resourceName, configs }) =>
        configs.map(({ name, configOperation, value }) =>
          `${resourceName} ${configOperation === 0 ? `${name}=${value}` : `-${name}`}`
        )
      )
    ).sort();
  return {
    nodes,
    env,
    changes,
    setUnderWay: (topics: Partial<OngoingTopicReassignment>[]) => underWay = topics,
    run(args: string, plan: unknown = {}) {
      writeTextFile(env.fileSystem, "/plan.json", JSON.stringify(plan));
      const all = `--bootstrap-server ${nodes.bootstrapServers} ${args}`.split(" ");
      return runTool("reassign-partitions", all, { env, transport: nodes.transport });
    },
    [Symbol.asyncDispose]: () => nodes[Symbol.asyncDispose](),
  };
}

const PLAN = {
  partitions: [{ topic: "foo", partition: 1, replicas: [1, 2], log_dirs: ["/two", "any"] }],
};
const EXECUTE = "--execute --reassignment-json-file /plan.json";

Deno.test("reassign-partitions: throttles are set before anything moves, and directories after", async () => {
  await using world = await threeBrokers();
  const { code, stdout } = await world.run(
    `${EXECUTE} --throttle 2000 --replica-alter-log-dirs-throttle 3000`,
    PLAN,
  );
  assertEquals([code, stdout.split("\n")], [0, [
    "Current partition replica assignment",
    "",
    '{"version":1,"partitions":[{"topic":"foo","partition":1,"replicas":[1,2,3],"log_dirs":["/one","/one","/one"]}]}',
    "",
    "Save this to use as the --reassignment-json-file option during rollback",
    "Warning: You must run --verify periodically, until the reassignment completes, to ensure the throttle is removed.",
    "The inter-broker throttle limit was set to 2000 B/s",
    "The replica-alter-dir throttle limit was set to 3000 B/s",
    "Successfully started partition reassignment for foo-1",
    "Successfully started moving log directory to /two for replica foo-1 with broker 1 ",
    "",
  ]]);
  const rates = ["leader.replication.throttled.rate", "follower.replication.throttled.rate"];
  assertEquals(
    world.changes(),
    [
      ...[1, 2, 3].flatMap((id) => rates.map((name) => `${id} ${name}=2000`)),
      "1 replica.alter.log.dirs.io.max.bytes.per.second=3000",
      "foo leader.replication.throttled.replicas=1:1,1:2,1:3",
      "foo follower.replication.throttled.replicas=",
    ].sort(),
  );
});

Deno.test("reassign-partitions: what is under way is left alone without --additional", async () => {
  await using world = await threeBrokers();
  world.setUnderWay([{
    name: "foo",
    partitions: [
      { partitionIndex: 0, replicas: [1, 2, 3], addingReplicas: [3], removingReplicas: [1] },
    ],
  }]);
  const { code, stdout } = await world.run(EXECUTE, PLAN);
  assertEquals([code, stdout.split(".")[0]], [
    1,
    "Cannot execute because there is an existing partition assignment",
  ]);
  assertEquals((await world.run("--list")).stdout.split("\n"), [
    "Current partition reassignments:",
    "foo-0: replicas: 1,2,3. adding: 3. removing: 1.",
    "",
  ]);
  assertEquals(JSON.parse((await world.run("--list --json")).stdout), [{
    ...{ topic: "foo", partition: 0, replicas: [1, 2, 3] },
    ...{ addingReplicas: [3], removingReplicas: [1] },
  }]);
  const additional = await world.run(`${EXECUTE} --additional`, PLAN);
  assertEquals(additional.code, 0);
  const verified = await world.run("--verify --reassignment-json-file /plan.json", {
    partitions: [{ topic: "foo", partition: 0, replicas: [2, 3] }],
  });
  assertEquals(verified.stdout.split("\n"), [
    "Status of partition reassignment:",
    "Reassignment of partition foo-0 is still in progress.",
    "",
    "",
  ]);
});

Deno.test("reassign-partitions: verifying clears throttles when all is done, unless they are to stay", async () => {
  await using world = await threeBrokers();
  const plan = {
    partitions: [
      { topic: "foo", partition: 0, replicas: [1, 2, 3], log_dirs: ["/one", "/two", "any"] },
      { topic: "foo", partition: 1, replicas: [1] },
      { topic: "gone", partition: 0, replicas: [1] },
    ],
  };
  const verify = "--verify --reassignment-json-file /plan.json";
  const states = [
    "Status of partition reassignment:",
    "Reassignment of partition foo-0 is completed.",
    "There is no active reassignment of partition foo-1, but replica set is 1,2,3 rather than 1.",
    "There is no active reassignment of partition gone-0, but replica set is  rather than 1.",
    "Reassignment of replica foo-0-1 completed successfully.",
    "Partition foo-0 on broker 2 is not being moved from log dir /one to /two.",
  ];
  const preserved = await world.run(`${verify} --preserve-throttles`, plan);
  assertEquals(preserved.stdout.split("\n"), [...states, ""]);
  assertEquals(world.changes(), []);
  assertEquals((await world.run(verify, plan)).stdout.split("\n"), [
    ...states,
    "Clearing broker-level throttles on brokers 1,2,3",
    "Clearing topic-level throttles on topics foo,gone",
    "",
  ]);
  assertEquals(world.changes().length, 3 * 3 + 2 * 2);
  const json = JSON.parse((await world.run(`${verify} --json`, plan)).stdout);
  assertEquals(json.partitions[0].done, true);
  assertEquals(json.replicas.map(({ state }: { state: string }) => state), [
    "completed",
    "cancelled",
  ]);
});

Deno.test("reassign-partitions: a cancelled move goes back, and its throttles with it", async () => {
  await using world = await threeBrokers();
  const cancel = "--cancel --reassignment-json-file /plan.json";
  const idle = await world.run(`${cancel} --preserve-throttles`, PLAN);
  assertEquals(idle.stdout.split("\n"), [
    "None of the specified partition reassignments are active.",
    "None of the specified partition moves are active.",
    "",
  ]);
  world.setUnderWay([{
    name: "foo",
    partitions: [
      { partitionIndex: 1, replicas: [1, 2], addingReplicas: [2], removingReplicas: [] },
    ],
  }]);
  world.nodes.on(describeLogDirs, ({ topics }) => ({
    results: ["/one", "/two"].map((logDir) => ({
      logDir,
      topics: topics!.map(({ topic: name, partitions }) => ({
        name,
        partitions: partitions.map((partitionIndex) => (
          { partitionIndex, isFutureKey: logDir === "/two" }
        )),
      })),
    })),
  }));
  assertEquals((await world.run(cancel, PLAN)).stdout.split("\n"), [
    "Successfully cancelled partition reassignment for: foo-1",
    "Successfully started moving log directory to /one for replica foo-1 with broker 1 ",
    "Clearing broker-level throttles on brokers 1,2,3",
    "Clearing topic-level throttles on topic foo",
    "",
  ]);
  const [asked] = world.nodes.of(alterPartitionReassignments);
  assertEquals(asked!.request.topics[0]!.partitions, [{ partitionIndex: 1, replicas: null }]);
});

Deno.test("reassign-partitions: a directory is asked for until its replica is there, or time is up", async () => {
  await using world = await threeBrokers();
  const notThere = (partitionIndex: number) => (
    { partitionIndex, errorCode: errorCode("REPLICA_NOT_AVAILABLE") }
  );
  world.nodes.on(alterReplicaLogDirs, ({ dirs }) => ({
    results: dirs.flatMap(({ topics }) =>
      topics.map(({ name, partitions }) => (
        { topicName: name, partitions: partitions.map(notThere) }
      ))
    ),
  }));
  const { code, stdout } = await world.run(`${EXECUTE} --timeout 0`, PLAN);
  assertEquals(code, 1);
  assertStringIncludes(
    stdout,
    "Timed out before log directory move could be started for: foo-1-1\n",
  );
});

Deno.test("reassign-partitions: racks are kept apart, and must be told of all brokers or of none", async () => {
  await using world = await threeBrokers();
  const generate = "--generate --topics-to-move-json-file /plan.json";
  const topics = { topics: [{ topic: "foo" }] };
  const { stdout } = await world.run(`${generate} --broker-list 1,2,3`, topics);
  const proposed = JSON.parse(stdout.trimEnd().split("\n").at(-1)!) as {
    partitions: { replicas: number[] }[];
  };
  assertEquals(proposed.partitions.map(({ replicas }) => replicas.toSorted()), [
    [1, 2, 3],
    [1, 2, 3],
  ]);
  const few = await world.run(`${generate} --broker-list 1,2`, topics);
  assertEquals(
    few.stdout.split("\n")[0],
    "Error: The target replication factor of 3 cannot be reached because only 2 broker(s) are registered or some " +
      "brokers have all their log directories cordoned.",
  );
  world.nodes.on(describeCluster, () => ({
    clusterId: "scripted",
    controllerId: 1,
    brokers: [1, 2, 3].map((brokerId) => (
      { brokerId, host: "127.0.0.1", port: 9000 + brokerId, rack: brokerId === 1 ? "r" : null }
    )),
  }));
  const mixed = await world.run(`${generate} --broker-list 1,2,3`, topics);
  assertStringIncludes(mixed.stdout, "Error: Not all brokers have rack information.");
  const unaware = `${generate} --broker-list 1,2,3 --disable-rack-aware`;
  assertEquals((await world.run(unaware, topics)).code, 0);
});

Deno.test("reassign-partitions: what goes wrong is told on standard output", async () => {
  await using world = await threeBrokers();
  const first = async (args: string, plan?: unknown) => {
    const { code, stdout, stderr } = await world.run(args, plan);
    assertEquals([code, stderr], [1, ""]);
    return stdout.split("\n")[0];
  };
  assertEquals(
    await first("--verify --reassignment-json-file /none"),
    "Error: Unable to read file /none",
  );
  assertEquals(
    await first(`${EXECUTE} --throttle x`, PLAN),
    "Error: Cannot parse argument 'x' of option throttle",
  );
  const far = { partitions: [{ topic: "foo", partition: 9, replicas: [1] }] };
  assertEquals(
    await first(EXECUTE, far),
    "Error: org.apache.kafka.common.errors.UnknownTopicOrPartitionException: Unable to find partition: foo-9",
  );
  const gone = { partitions: [{ topic: "gone", partition: 0, replicas: [1] }] };
  assertEquals(
    await first(EXECUTE, gone),
    "Error: org.apache.kafka.common.errors.UnknownTopicOrPartitionException: Topic gone not found.",
  );
  world.nodes.on(alterPartitionReassignments, () => ({
    responses: [{
      name: "foo",
      partitions: [{
        partitionIndex: 1,
        errorCode: errorCode("INVALID_REPLICA_ASSIGNMENT"),
        errorMessage: "no",
      }],
    }],
  }));
  const refused = await world.run(EXECUTE, PLAN);
  assertStringIncludes(refused.stdout, "\nError reassigning partition(s):\nfoo-1: no\n");
});
