import { assertEquals, assertRejects } from "@std/assert";
import { errorCode, type KafkaError } from "../../../client/protocol/error_codes.ts";
import { updateFeatures } from "../../../client/protocol/messages/update_features.ts";
import { adminWorld, scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

Deno.test("features are described, by any node or by one", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  const features = await admin.describeFeatures();
  assertEquals(features.finalizedFeatures.get("transaction.version"), {
    minVersion: 2,
    maxVersion: 2,
  });
  assertEquals(features.supportedFeatures.get("transaction.version"), {
    minVersion: 0,
    maxVersion: 2,
  });
  assertEquals(features.finalizedFeaturesEpoch! > 0, true);
  const again = await admin.describeFeatures({ nodeId: 1 });
  assertEquals(again.supportedFeatures, features.supportedFeatures);
});

Deno.test("features are changed, and a change that cannot be is told", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  const level = (maxVersionLevel: number) =>
    new Map([[
      "transaction.version",
      {
        maxVersionLevel,
        upgradeType: "SAFE_DOWNGRADE",
      } as const,
    ]]);
  (await admin.updateFeatures(level(1), { validateOnly: true })).all();
  const before = await admin.describeFeatures();
  assertEquals(before.finalizedFeatures.get("transaction.version")?.maxVersion, 2);
  (await admin.updateFeatures(level(1))).all();
  const refused = await admin.updateFeatures(new Map([["nope", { maxVersionLevel: 1 }]]));
  assertEquals((refused.error("nope") as KafkaError).code, "INVALID_UPDATE_VERSION");
});

Deno.test("an old controller tells of each feature", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.highest.set("UpdateFeatures", 0);
  nodes.on(updateFeatures, () => ({
    errorMessage: null,
    results: [
      { feature: "a", errorCode: 0, errorMessage: null },
      { feature: "b", errorCode: errorCode("FEATURE_UPDATE_FAILED"), errorMessage: "no" },
    ],
  }));
  await using admin = scriptedAdmin(nodes);
  const results = await admin.updateFeatures(
    new Map([
      ["a", { maxVersionLevel: 1 }],
      ["b", { maxVersionLevel: 1, upgradeType: "UNSAFE_DOWNGRADE" }],
      ["c", { maxVersionLevel: 1 }],
    ]),
  );
  assertEquals(results.error("a"), undefined);
  assertEquals(results.error("b")?.message, "no");
  assertEquals(
    results.error("c")?.message,
    "The controller response did not contain a result for feature c",
  );
  const [{ request } = { request: undefined }] = nodes.of(updateFeatures);
  assertEquals(request?.featureUpdates.map(({ allowDowngrade }) => allowDowngrade), [
    false,
    true,
    false,
  ]);
});

Deno.test("updates without anything to do are refused", async () => {
  await using nodes = await ScriptedNodes.start(1);
  await using admin = scriptedAdmin(nodes);
  await assertRejects(() => admin.updateFeatures(new Map()), TypeError, "can not be null or empty");
  await assertRejects(
    () => admin.updateFeatures(new Map([[" ", { maxVersionLevel: 1 }]])),
    TypeError,
    "Provided feature can not be empty.",
  );
});
