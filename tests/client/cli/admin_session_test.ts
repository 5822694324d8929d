import { assertEquals, assertThrows } from "@std/assert";
import { openAdmin } from "../../../client/cli/admin_session.ts";
import { BootstrapError } from "../../../client/cli/command_config.ts";
import { JavaException, stackText } from "../../../client/cli/java_exception.ts";
import { LineOutput } from "../../../storage/cli/tool.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { startTools } from "../../support/cli.ts";

Deno.test("a tool's client has the configs of the file, under those of the tool", async () => {
  await using tools = await startTools();
  tools.writeFile("client.properties", "request.timeout.ms=x\n");
  const io = {
    env: tools.env,
    transport: tools.transport,
    workingDirectory: "/cli-files",
    stdout: () => {},
    stderr: () => {},
  };
  const output = new LineOutput(io);
  const server = tools.bootstrap;
  const configFile = "client.properties";
  assertThrows(() => openAdmin(io, output, { server, configFile }), InvalidConfigError, "Invalid");
  const configs = { "request.timeout.ms": "5000" };
  await using admin = openAdmin(io, output, { server, configFile, configs });
  assertEquals((await admin.describeCluster()).clusterId, tools.broker.clusterId);
  assertThrows(() => openAdmin(io, output, {}), BootstrapError);
  const nowhere = assertThrows(() => openAdmin(io, output, { server: "nowhere" }), JavaException);
  assertEquals(
    stackText(nowhere),
    "org.apache.kafka.common.KafkaException: Failed to create new KafkaAdminClient\n" +
      "Caused by: org.apache.kafka.common.config.ConfigException: Invalid url in bootstrap.servers: nowhere",
  );
});
