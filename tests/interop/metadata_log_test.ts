import { assert, assertEquals } from "@std/assert";
import { storageTool } from "../../cluster/cli/storage_tool.ts";
import { RaftDriver } from "../../cluster/raft/raft_driver.ts";
import { readBootstrapFile } from "../../cluster/raft/bootstrap_file.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { RecordingListener } from "../cluster/raft/raft_support.ts";
import { kafka, startBroker } from "./kafka/apache_kafka.ts";

/** The metadata log goes back and forth between Apache Kafka and this project. */

const CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qg";

async function format(
  directory: string,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const properties: Record<string, string> = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "log.dirs": `${directory}/data`,
    "listeners": "PLAINTEXT://127.0.0.1:19092,CONTROLLER://127.0.0.1:19093",
    "controller.listener.names": "CONTROLLER",
    "controller.quorum.bootstrap.servers": "127.0.0.1:19093",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    ...more,
  };
  const file = `${directory}/format.properties`;
  const text = Object.entries(properties).map(([name, value]) => `${name}=${value}\n`).join("");
  await Deno.writeTextFile(file, text);
  let printed = "";
  const io = {
    env: systemEnv(),
    stdout: (text: string) => void (printed += `${text}\n`),
    stderr: (text: string) => void (printed += `${text}\n`),
  };
  const status = await storageTool(["format", "-t", CLUSTER_ID, "-c", file, ...args], io);
  assertEquals(status, 0, printed);
  return `${directory}/data`;
}

function open(data: string): RaftDriver {
  return RaftDriver.open({
    env: systemEnv(),
    directory: data,
    nodeId: 1,
    clusterId: CLUSTER_ID,
    controllerListeners: [{ name: "CONTROLLER", host: "127.0.0.1", port: 19093 }],
  });
}

async function dumped(...files: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await kafka(
    "dump-log",
    ...["--cluster-metadata-decoder", "--skip-record-metadata", "--files", files.join(",")],
  );
  assertEquals([code, stderr], [0, ""]);
  return stdout.trimEnd().split("\n");
}

Deno.test("Kafka's tools read a metadata log and a snapshot of ours, and its broker starts on them", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const data = await format(directory, ["--standalone"]);
    const env = systemEnv();
    const driver = open(data);
    driver.start();
    const records = readBootstrapFile(env.fileSystem, data)!;
    driver.append(records);
    await driver.flushAndCommit();
    const id = (await driver.createSnapshot(driver.highWatermark, records))!;
    assertEquals(id, { offset: 9, epoch: 1 });
    await driver.shutdown();

    const log = `${data}/__cluster_metadata-0`;
    const lines = await dumped(
      `${log}/00000000000000000000.log`,
      `${log}/00000000000000000009-0000000001.checkpoint`,
      `${data}/bootstrap.checkpoint`,
    );
    const batches = lines.filter((line) => line.startsWith("baseOffset"));
    assert(batches.every((line) => line.endsWith("isvalid: true")), lines.join("\n"));
    // Log: the epoch's beginning and the records; snapshots: header, records, footer.
    assertEquals(batches.length, 2 + 3 + 3, lines.join("\n"));
    const levels = lines.filter((line) => line.includes('"name":"transaction.version"'));
    assertEquals(levels.length, 3);
    assertEquals(new Set(levels).size, 1);

    await using broker = await startBroker(directory);
    const created = await kafka(
      "topics",
      ...["--bootstrap-server", broker.bootstrap, "--create", "--topic", "made-by-kafka"],
    );
    assertEquals(created.code, 0, created.stderr);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("a metadata log that Kafka led is led on here, and then by Kafka again", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const data = await format(directory, ["--standalone", "--release-version", "4.0"]);
    {
      await using broker = await startBroker(directory);
      assert(broker.lines.length > 0);
    }
    const driver = open(data);
    const listener = new RecordingListener();
    driver.register(listener);
    driver.start();
    assertEquals(driver.leaderAndEpoch.leaderId, 1);
    const { epoch } = driver.leaderAndEpoch;
    assert(listener.batches.some((batch) => batch.records.length > 1));
    await driver.shutdown();
    {
      await using broker = await startBroker(directory);
      const listed = await kafka("topics", "--bootstrap-server", broker.bootstrap, "--list");
      assertEquals(listed.code, 0, listed.stderr);
    }
    const again = open(data);
    again.start();
    assertEquals(again.leaderAndEpoch.epoch, epoch + 2);
    await again.shutdown();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("with voters from the configuration, too, the log goes to Kafka, comes here and goes back", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const port = freePort(), controllerPort = freePort();
    const properties = {
      "listeners": `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
      "controller.quorum.bootstrap.servers": "",
      "controller.quorum.voters": `1@127.0.0.1:${controllerPort}`,
    };
    const data = await format(directory, [], properties);
    {
      await using _broker = await startBroker(directory, properties);
    }
    const driver = RaftDriver.open({
      env: systemEnv(),
      directory: data,
      nodeId: 1,
      controllerQuorumVoters: [{ id: 1, host: "127.0.0.1", port: controllerPort }],
    });
    driver.start();
    assertEquals([driver.kraftVersion, driver.leaderAndEpoch], [0, { leaderId: 1, epoch: 2 }]);
    await driver.shutdown();
    {
      await using _broker = await startBroker(directory, properties);
    }
    const state = await Deno.readTextFile(`${data}/__cluster_metadata-0/quorum-state`);
    assertEquals(
      state,
      '{"clusterId":"","leaderId":1,"leaderEpoch":3,"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":1}],"data_version":0}',
    );
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
