import { assertEquals } from "@std/assert";
import { startApacheKafka, startApacheKafka39 } from "./support/broker_under_test.ts";
import { GROUP_CLIENTS, SEGLOG_GROUP_CLIENT } from "./support/clients.ts";
import {
  comesBack,
  GROUP_PROPERTIES as properties,
  joinsAndLeaves,
  mixedGroup,
  Source,
} from "./support/group_scenarios.ts";
import { NONE, RawClient } from "./support/raw_client.ts";

/** Groups of our consumer on Apache Kafka's broker, alone and with Apache Kafka's consumer. On our own broker group_members_test.ts has them. */

Deno.test("our consumers share the partitions of Apache Kafka's topics", async (t) => {
  const directory = await Deno.makeTempDir();
  try {
    await using broker = await startApacheKafka(directory, { properties });
    using admin = await RawClient.connect(broker.bootstrap);
    const makeSource = async (topic: string) => {
      assertEquals(await admin.createTopics([topic], 4), [NONE]);
      return new Source(admin, topic, 4);
    };
    const client = SEGLOG_GROUP_CLIENT;
    for (const assignor of ["range", "cooperative-sticky"]) {
      await t.step(assignor, async () => {
        await joinsAndLeaves(client, assignor, broker.bootstrap, await makeSource(assignor));
      });
    }
    await t.step("a static member comes back without a rebalance", async () => {
      await comesBack(client, broker.bootstrap, await makeSource("static"));
    });
    const java = GROUP_CLIENTS.filter(({ name }) => name.startsWith("java"));
    for (const assignor of ["range", "cooperative-sticky"]) {
      await t.step(`with Java's consumers, ${assignor}`, async () => {
        await mixedGroup([...java, client], assignor, broker.bootstrap);
      });
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("our consumers share the partitions of Apache Kafka 3.9's topics, too", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await using broker = await startApacheKafka39(directory, { properties });
    using admin = await RawClient.connect(broker.bootstrap);
    assertEquals(await admin.createTopics(["older"], 4), [NONE]);
    const source = new Source(admin, "older", 4);
    await joinsAndLeaves(SEGLOG_GROUP_CLIENT, "cooperative-sticky", broker.bootstrap, source);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
