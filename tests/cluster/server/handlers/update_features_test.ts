import { assertEquals } from "@std/assert";
import { errorCode } from "../../../../client/protocol/error_codes.ts";
import { apiVersions } from "../../../../client/protocol/messages/api_versions.ts";
import { updateFeatures } from "../../../../client/protocol/messages/update_features.ts";
import { type BrokerAndClient, startBroker } from "../../../support/broker.ts";

// What the controller decides is in tests/cluster/controller/feature_changes_test.ts.

/** The level of a feature as clients are told it. */
async function finalized({ client }: BrokerAndClient, name: string): Promise<number | undefined> {
  const software = { clientSoftwareName: "test", clientSoftwareVersion: "1" };
  const { finalizedFeatures } = await client.call(apiVersions, 4, software);
  return finalizedFeatures.find((feature) => feature.name === name)?.maxVersionLevel;
}

Deno.test("levels go down and up again, and a request that only asks changes nothing", async () => {
  await using started = await startBroker();
  const change = (maxVersionLevel: number, upgradeType: number, validateOnly = false) =>
    started.client.call(updateFeatures, 2, {
      featureUpdates: [{ feature: "group.version", maxVersionLevel, upgradeType }],
      validateOnly,
      timeoutMs: 1000,
    });
  const level = () => finalized(started, "group.version");
  assertEquals([(await change(0, 2, true)).errorCode, await level()], [0, 1]);
  assertEquals([(await change(0, 2)).errorCode, await level()], [0, undefined]);
  assertEquals([(await change(1, 1)).errorCode, await level()], [0, 1]);
});

Deno.test("one feature that cannot be changed keeps all others from it, in Kafka's words", async () => {
  await using started = await startBroker();
  const response = await started.client.call(updateFeatures, 2, {
    featureUpdates: [
      { feature: "group.version", maxVersionLevel: 0, upgradeType: 2 },
      { feature: "no.such", maxVersionLevel: 1, upgradeType: 1 },
    ],
    timeoutMs: 1000,
  });
  assertEquals([response.errorCode, response.errorMessage], [
    errorCode("INVALID_UPDATE_VERSION"),
    "The update failed for all features since the following feature had an error: Invalid update version 1 " +
    "for feature no.such. Local controller 1 does not support this feature.",
  ]);
  assertEquals(await finalized(started, "group.version"), 1);
});

Deno.test("up to version 1 each feature is answered by itself", async () => {
  await using started = await startBroker();
  for (
    const [version, names] of [[0, ["share.version"]], [1, ["share.version"]], [2, []]] as const
  ) {
    const { results } = await started.client.call(updateFeatures, version, {
      featureUpdates: [{ feature: "share.version", maxVersionLevel: 1 }],
      timeoutMs: 1000,
    });
    assertEquals(results.map(({ feature }) => feature), [...names]);
  }
});

Deno.test("version 0 tells in a flag of its own that a level may go down", async () => {
  await using started = await startBroker();
  const lower = async (allowDowngrade: boolean) =>
    (await started.client.call(updateFeatures, 0, {
      featureUpdates: [{ feature: "share.version", maxVersionLevel: 0, allowDowngrade }],
      timeoutMs: 1000,
    })).errorCode;
  assertEquals([await lower(false), await lower(true)], [errorCode("INVALID_UPDATE_VERSION"), 0]);
  assertEquals(await finalized(started, "share.version"), undefined);
});
