import { assertEquals } from "@std/assert";
import { alterConfigs } from "../../../../client/protocol/messages/alter_configs.ts";
import { makeTopic, startBroker } from "../../../support/broker.ts";

const TOPIC = 2;

Deno.test("the configs that are given take the place of all others", async () => {
  await using started = await startBroker();
  const { client, broker } = started;
  await makeTopic(client, "t", 1, { "retention.ms": "1", "segment.ms": "2" });
  const { responses } = await client.call(alterConfigs, 2, {
    resources: [{
      resourceType: TOPIC,
      resourceName: "t",
      configs: [{ name: "segment.ms", value: "9" }],
    }],
  });
  assertEquals(responses[0]!.errorCode, 0);
  assertEquals([...broker.metadata.configs.of(TOPIC, "t")], [["segment.ms", "9"]]);
});
