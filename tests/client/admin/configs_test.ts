import { assertEquals, assertRejects } from "@std/assert";
import { configResourceText } from "../../../client/admin/configs.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { describeConfigs } from "../../../client/protocol/messages/describe_configs.ts";
import { incrementalAlterConfigs } from "../../../client/protocol/messages/incremental_alter_configs.ts";
import { listConfigResources } from "../../../client/protocol/messages/list_config_resources.ts";
import { adminWorld, scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

const topic = (name: string) => ({ type: "TOPIC", name }) as const;
const broker = (name: string) => ({ type: "BROKER", name }) as const;

Deno.test("configs are set, added to and deleted, and tell where they come from", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  (await admin.createTopics([{ name: "a" }])).all();
  const changed = await admin.incrementalAlterConfigs([[topic("a"), [
    { name: "cleanup.policy", op: "APPEND", value: "compact" },
    { name: "retention.ms", op: "SET", value: "5" },
  ]]]);
  changed.all();
  const described = await admin.describeConfigs([topic("a")], { includeSynonyms: true });
  const config = described.get(topic("a"));
  assertEquals(config.get("cleanup.policy")?.value, "delete,compact");
  const retention = config.get("retention.ms")!;
  assertEquals([retention.value, retention.source, retention.type], [
    "5",
    "DYNAMIC_TOPIC_CONFIG",
    "LONG",
  ]);
  assertEquals(retention.synonyms[0], {
    name: "retention.ms",
    value: "5",
    source: "DYNAMIC_TOPIC_CONFIG",
  });
  (await admin.incrementalAlterConfigs([[topic("a"), [
    { name: "cleanup.policy", op: "SUBTRACT", value: "delete" },
    { name: "retention.ms", op: "DELETE" },
  ]]])).all();
  const after = (await admin.describeConfigs([topic("a")])).get(topic("a"));
  assertEquals([after.get("cleanup.policy")?.value, after.get("retention.ms")?.isDefault], [
    "compact",
    true,
  ]);
  assertEquals(after.get("retention.ms")?.synonyms, []);
});

Deno.test("documentation is told when it is asked for", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  const [asked, not] = [
    await admin.describeConfigs([broker("1")], { includeDocumentation: true }),
    await admin.describeConfigs([broker("1")]),
  ];
  const name = "log.retention.hours";
  assertEquals(typeof asked.get(broker("1")).get(name)?.documentation, "string");
  assertEquals(not.get(broker("1")).get(name)?.documentation, null);
});

Deno.test("each resource has its own error", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  (await admin.createTopics([{ name: "a" }])).all();
  const described = await admin.describeConfigs([topic("a"), topic("nope")]);
  assertEquals(described.get(topic("a")).entries.length > 10, true);
  assertEquals((described.error(topic("nope")) as KafkaError).code, "UNKNOWN_TOPIC_OR_PARTITION");
  const changed = await admin.incrementalAlterConfigs([
    [topic("a"), [{ name: "retention.ms", op: "SET", value: "x" }]],
    [topic("nope"), [{ name: "retention.ms", op: "SET", value: "1" }]],
  ]);
  assertEquals((changed.error(topic("a")) as KafkaError).code, "INVALID_CONFIG");
  assertEquals((changed.error(topic("nope")) as KafkaError).code, "UNKNOWN_TOPIC_OR_PARTITION");
});

Deno.test("a change that is only checked is not made", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  (await admin.createTopics([{ name: "a" }])).all();
  const change = [[topic("a"), [{ name: "retention.ms", op: "SET", value: "5" }]]] as const;
  (await admin.incrementalAlterConfigs(change, { validateOnly: true })).all();
  const config = (await admin.describeConfigs([topic("a")])).get(topic("a"));
  assertEquals(config.get("retention.ms")?.isDefault, true);
});

Deno.test("what belongs to a broker goes to that broker, all else to any", async () => {
  await using nodes = await ScriptedNodes.start(1, 2);
  nodes.on(describeConfigs, ({ resources }) => ({
    results: resources.map((resource) => ({ ...resource, configs: [] })),
  }));
  nodes.on(incrementalAlterConfigs, ({ resources }) => ({
    responses: resources.map(({ resourceType, resourceName }) => (
      { resourceType, resourceName, errorMessage: null }
    )),
  }));
  await using admin = scriptedAdmin(nodes);
  const loggers = { type: "BROKER_LOGGER", name: "1" } as const;
  (await admin.describeConfigs([broker("2"), loggers, broker(""), topic("a")])).all();
  const asked = nodes.of(describeConfigs).map(({ node, request }) =>
    [request.resources.map(({ resourceName }) => resourceName).join(), node] as const
  );
  assertEquals(new Map(asked).get("2"), 2);
  assertEquals(new Map(asked).get("1"), 1);
  assertEquals(asked.some(([names]) => names === ",a"), true);
  (await admin.incrementalAlterConfigs([[broker("2"), []], [topic("a"), []]])).all();
  assertEquals(
    nodes.of(incrementalAlterConfigs).find(({ request }) =>
      request.resources[0]!.resourceName === "2"
    )?.node,
    2,
  );
});

Deno.test("a resource that the answer lacks has failed, and a broker that is none is refused", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.on(describeConfigs, () => ({ results: [] }));
  await using admin = scriptedAdmin(nodes);
  const results = await admin.describeConfigs([topic("a")]);
  assertEquals(
    results.error(topic("a"))?.message,
    "The node response did not contain a result for config resource ConfigResource(type=TOPIC, name='a')",
  );
  const refused = await admin.describeConfigs([broker("x")]);
  assertEquals(refused.error(broker("x"))?.message, "Not the id of a broker: x");
});

Deno.test("resources with configs of their own are listed, of some types or all", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  const metrics = { type: "CLIENT_METRICS", name: "m" } as const;
  (await admin.createTopics([{ name: "a" }])).all();
  (await admin.incrementalAlterConfigs([
    [metrics, [{ name: "interval.ms", op: "SET", value: "1000" }]],
  ])).all();
  assertEquals(await admin.listConfigResources(["CLIENT_METRICS"]), [metrics]);
  assertEquals(await admin.listClientMetricsResources(), ["m"]);
  const all = (await admin.listConfigResources()).map(configResourceText);
  assertEquals(all.includes(configResourceText(metrics)), true);
  assertEquals(all.includes(configResourceText(topic("a"))), true);
});

Deno.test("an old broker lists metrics of clients and nothing else", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.highest.set("ListConfigResources", 0);
  nodes.on(listConfigResources, () => ({ configResources: [{ resourceName: "m" }] }));
  await using admin = scriptedAdmin(nodes);
  assertEquals(await admin.listClientMetricsResources(), ["m"]);
  await assertRejects(() => admin.listConfigResources(["GROUP"]), KafkaError, "not support");
});
