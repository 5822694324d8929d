import { assertEquals } from "@std/assert";
import { metadataVersionAbilities } from "../../../cluster/raft/metadata_version_abilities.ts";

Deno.test("what a level allows grows with it", () => {
  assertEquals(metadataVersionAbilities(7), {
    registerBrokerRecordVersion: 1,
    partitionRecordVersion: 0,
    transactions: false,
    scram: false,
    delegationTokens: false,
    controllerRegistration: false,
    directoryAssignment: false,
    eligibleLeaderReplicas: false,
    cordonedLogDirs: false,
    leaderEpochBumpOnIsrShrink: true,
  });
  assertEquals(metadataVersionAbilities(30), {
    registerBrokerRecordVersion: 4,
    partitionRecordVersion: 2,
    transactions: true,
    scram: true,
    delegationTokens: true,
    controllerRegistration: true,
    directoryAssignment: true,
    eligibleLeaderReplicas: true,
    cordonedLogDirs: true,
    leaderEpochBumpOnIsrShrink: false,
  });
  assertEquals(metadataVersionAbilities(17).registerBrokerRecordVersion, 3);
});
