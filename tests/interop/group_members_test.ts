import { assert, assertEquals } from "@std/assert";
import { startBrokerUnderTest } from "./support/broker_under_test.ts";
import { GROUP_CLIENTS } from "./support/clients.ts";
import {
  comesBack,
  GROUP_PROPERTIES as properties,
  joinsAndLeaves,
  mixedGroup,
  Source,
} from "./support/group_scenarios.ts";
import { NONE, RawClient } from "./support/raw_client.ts";

/** Groups of the clients of many hands, unmodified, and of all of them together. */

Deno.test("groups of every client share partitions, through joins, leaves, crashes and new partitions", async (t) => {
  const directory = await Deno.makeTempDir();
  try {
    await using broker = await startBrokerUnderTest(directory, { properties });
    using admin = await RawClient.connect(broker.bootstrap);
    const makeSource = async (topic: string) => {
      assertEquals(await admin.createTopics([topic], 4), [NONE]);
      return new Source(admin, topic, 4);
    };
    const wanted = Deno.env.get("CLIENT");
    for (const client of GROUP_CLIENTS) {
      if (wanted !== undefined && client.name !== wanted) continue;
      for (const assignor of client.assignors) {
        await t.step(`${client.name}, ${assignor}`, async () => {
          const source = await makeSource(`of-${client.name}-${assignor}`);
          await joinsAndLeaves(client, assignor, broker.bootstrap, source);
        });
      }
      if (!client.isStatic) continue;
      await t.step(`${client.name}: a static member comes back without a rebalance`, async () => {
        await comesBack(client, broker.bootstrap, await makeSource(`static-${client.name}`));
      });
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("members with the clients of different hands make up one group", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await using broker = await startBrokerUnderTest(directory, { properties });
    const clients = GROUP_CLIENTS.filter(({ assignors }) => assignors.includes("range"));
    assert(clients.length > 3);
    await mixedGroup(clients, "range", broker.bootstrap);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
