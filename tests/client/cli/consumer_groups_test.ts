import { findCoordinator } from "../../../client/protocol/messages/find_coordinator.ts";
import { offsetCommit } from "../../../client/protocol/messages/offset_commit.ts";
import { startTools, type ToolsAndBroker } from "../../support/cli.ts";
import { makeCliData } from "../../support/cli_data.ts";

const STEPS =
  `list list-state list-type describe describe-offsets-verbose describe-members describe-state
  describe-all describe-missing reset-dry-run reset-to-offset reset-shift reset-out-of-range reset-no-scope reset-export
  delete-offsets delete delete-missing no-action`.split(/\s+/);

const COMMITTED: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  "readers": { "console-topic": [2, 2, 3] },
  "int-readers": { "int-keys": [4] },
};

/** What the consumers of earlier steps committed. */
async function commit({ client }: ToolsAndBroker): Promise<void> {
  for (const [groupId, topics] of Object.entries(COMMITTED)) {
    for (;;) {
      const { coordinators: [found] } = await client.call(findCoordinator, 4, {
        keyType: 0,
        coordinatorKeys: [groupId],
      });
      if (found!.errorCode === 0) break;
    }
    await client.call(offsetCommit, 9, {
      groupId,
      generationIdOrMemberEpoch: -1,
      memberId: "",
      groupInstanceId: null,
      topics: Object.entries(topics).map(([name, offsets]) => ({
        name,
        partitions: offsets.map((committedOffset, partitionIndex) => ({
          partitionIndex,
          committedOffset,
          committedLeaderEpoch: 0,
          committedMetadata: "",
        })),
      })),
    });
  }
}

Deno.test("consumer-groups: what Apache Kafka's tool prints", async (t) => {
  await using tools = await startTools();
  await makeCliData(tools);
  await commit(tools);
  const to = (offset: number, partition: number) => ({
    partitions: [0, 1].map((partition) => ({ topic: "console-topic", partition, offset: 2 })),
    version: 1,
    ...{ offset, partition },
  });
  tools.writeFile("gone.json", JSON.stringify(to(2, 0)));
  const server = ["--bootstrap-server", tools.bootstrap];
  for (const step of STEPS) {
    // The records below 2 have gone by then.
    if (step === "reset-dry-run") {
      await tools.run("delete-records", ...server, "--offset-json-file", "gone.json");
    }
    await t.step(step, () => tools.replay(`consumer-groups-${step}`));
  }
});
