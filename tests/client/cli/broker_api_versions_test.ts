import { assertEquals } from "@std/assert";
import { versionsText } from "../../../client/cli/broker_api_versions.ts";
import { LATER_APIS } from "../../interop/support/cli_sequence.ts";
import { startTools } from "../../support/cli.ts";

Deno.test("broker-api-versions: what Apache Kafka's tool prints, but for APIs that come later", async () => {
  await using tools = await startTools();
  const { code, stdout } = await tools.run(
    ...["broker-api-versions", "--bootstrap-server", tools.bootstrap] as const,
  );
  const place = new URL("../../fixtures/cli/broker-api-versions.txt", import.meta.url);
  const [, ...fixture] = (await Deno.readTextFile(place)).split("\n");
  const known = (lines: readonly string[]) => lines.filter((line) => !LATER_APIS.test(line));
  assertEquals(
    known(`${stdout}[rc] ${code}\n`.replaceAll(tools.bootstrap, "HOST:PORT").split("\n")),
    known(fixture),
  );
});

Deno.test("what only one side has is told", () => {
  const text = versionsText([
    { apiKey: 0, minVersion: 99, maxVersion: 100 },
    { apiKey: 1, minVersion: 0, maxVersion: 1 },
    { apiKey: 9999, minVersion: 0, maxVersion: 0 },
  ]);
  const lines = text.split("\n");
  assertEquals(lines.slice(0, 4), [
    "(",
    "\tProduce(0): 99 to 100 [unusable: node too new],",
    "\tFetch(1): 0 to 1 [unusable: node too old],",
    "\tListOffsets(2): UNSUPPORTED,",
  ]);
  assertEquals(lines.slice(-2), ["\tUNKNOWN(9999): 0", ")"]);
});

Deno.test("broker-api-versions: a broker that cannot be reached is named", async () => {
  await using tools = await startTools();
  const { code, stderr } = await tools.run(
    ...["broker-api-versions", "--bootstrap-server", "127.0.0.1:1"] as const,
  );
  const lines = stderr.split("\n").map((line) => line.replace(/^\[[^\]]*\] /, ""));
  const node = "127.0.0.1:1 (id: -1 rack: null isFenced: false)";
  const logged = "(org.apache.kafka.clients.NetworkClient)";
  const client = "WARN [LegacyAdminClient clientId=admin-1]";
  assertEquals([code, lines.slice(0, 4)], [1, [
    `${client} Connection to node -1 (/127.0.0.1:1) could not be established. Node may not be available. ${logged}`,
    `${client} Bootstrap broker ${node} disconnected ${logged}`,
    `Request METADATA failed on brokers [${node}]`,
    `java.lang.RuntimeException: Request METADATA failed on brokers [${node}]`,
  ]]);
});
