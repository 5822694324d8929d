import { assertEquals } from "@std/assert";
import { startTools } from "../../support/cli.ts";

Deno.test("cluster: what Apache Kafka's tool prints", async () => {
  await using tools = await startTools();
  await tools.replay("cluster-id");
  await tools.replay("cluster-list-endpoints");
});

Deno.test("cluster: JSON, and what does not go together", async () => {
  await using tools = await startTools();
  const server = ["--bootstrap-server", tools.bootstrap];
  const { stdout } = await tools.run("cluster", "list-endpoints", ...server, "--json");
  const [host, port] = tools.bootstrap.split(":");
  assertEquals(JSON.parse(stdout), [
    { id: 0, host, port: Number(port), rack: null, state: "unfenced", endpointType: "broker" },
  ]);
  tools.writeFile("client.properties", "client.id=mine\n");
  const files = ["--config", "client.properties", "--command-config", "client.properties"];
  const { code, stderr } = await tools.run("cluster", "cluster-id", ...server, ...files);
  assertEquals([code, stderr.split("\n")[0]], [
    1,
    "--config and --command-config cannot be specified together.",
  ]);
});
