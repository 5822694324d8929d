import { assertEquals } from "@std/assert";
import { APIS } from "../../../client/protocol/apis.ts";
import {
  isForwardable,
  withControllersVersions,
} from "../../../cluster/server/forwardable_apis.ts";

Deno.test("the controller answers for brokers what Kafka 4.3's does", () => {
  const names = APIS.filter(({ key }) => isForwardable(key)).map(({ name }) => name);
  assertEquals(names.sort(), [
    ...["AddRaftVoter", "AllocateProducerIds", "AlterClientQuotas", "AlterConfigs"],
    ...["AlterPartitionReassignments", "AlterUserScramCredentials", "CreateAcls"],
    ...["CreateDelegationToken", "CreatePartitions", "CreateTopics", "DeleteAcls"],
    ...["DeleteTopics", "DescribeQuorum", "ElectLeaders", "ExpireDelegationToken"],
    ...["IncrementalAlterConfigs", "ListPartitionReassignments", "RemoveRaftVoter"],
    ...["RenewDelegationToken", "UnregisterBroker", "UpdateFeatures"],
  ]);
});

Deno.test("a broker announces of forwarded APIs what the controller takes as well", () => {
  const [produce, createTopics, deleteTopics, electLeaders] = [0, 19, 20, 43];
  const own = [produce, createTopics, deleteTopics, electLeaders].map((apiKey) => ({
    apiKey,
    minVersion: 2,
    maxVersion: 7,
  }));
  assertEquals(withControllersVersions(own, undefined), own);
  const controller = new Map([
    [produce, { lowest: 3, highest: 3 }],
    [createTopics, { lowest: 0, highest: 5 }],
    [deleteTopics, { lowest: 8, highest: 9 }],
  ]);
  assertEquals(withControllersVersions(own, controller), [
    { apiKey: produce, minVersion: 2, maxVersion: 7 },
    { apiKey: createTopics, minVersion: 2, maxVersion: 5 },
  ]);
});
