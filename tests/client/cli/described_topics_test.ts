import { assertEquals } from "@std/assert";
import { describedTopics } from "../../../client/cli/described_topics.ts";
import { Admin } from "../../../client/admin/admin.ts";
import { startTools } from "../../support/cli.ts";

Deno.test("topics are in the order of Java's client", async () => {
  await using tools = await startTools();
  const { bootstrap, transport } = tools;
  const names = ["same-1", "same-2", "other.dotted", "twelve", "made", "last"];
  for (const topic of names) {
    await tools.run("topics", "--bootstrap-server", bootstrap, "--create", "--topic", topic);
  }
  await using admin = new Admin({ bootstrapServers: bootstrap, transport });
  const order = async (count: number) =>
    (await describedTopics(admin, names.slice(0, count))).map(({ name }) => name);
  assertEquals(await order(0), []);
  assertEquals(await order(2), ["same-2", "same-1"]);
  assertEquals(await order(4), ["other.dotted", "same-2", "same-1", "twelve"]);
});
