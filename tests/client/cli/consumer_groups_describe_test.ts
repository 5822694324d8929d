import { assertEquals } from "@std/assert";
import { startTools } from "../../support/cli.ts";
import { makeCliData } from "../../support/cli_data.ts";

Deno.test("a group is told as JSON: offsets, members and state", async () => {
  await using tools = await startTools();
  await makeCliData(tools);
  const server = ["--bootstrap-server", tools.bootstrap];
  const reset = ["--reset-offsets", "--group", "g", "--topic", "int-keys", "--to-earliest"];
  await tools.run("consumer-groups", ...server, ...reset, "--execute");
  const describe = async (...view: string[]) => {
    const args = [...server, "--describe", "--group", "g", "--json", ...view];
    return JSON.parse((await tools.run("consumer-groups", ...args)).stdout);
  };
  assertEquals(await describe(), [{
    group: "g",
    state: "Empty",
    partitions: [{
      ...{ topic: "int-keys", partition: 0, currentOffset: 0, logEndOffset: 4, lag: 4 },
      ...{ leaderEpoch: null, consumerId: null, host: null, clientId: null },
    }],
  }]);
  assertEquals(await describe("--members"), [{ group: "g", state: "Empty", members: [] }]);
  const [state] = await describe("--state");
  assertEquals([state.group, state.state, state.members], ["g", "Empty", 0]);
});
