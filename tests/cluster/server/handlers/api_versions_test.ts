import { assertEquals } from "@std/assert";
import { errorCode } from "../../../../client/protocol/error_codes.ts";
import { apiVersionsHandler } from "../../../../cluster/server/handlers/api_versions.ts";
import { call } from "../../../support/handler_call.ts";

const handler = apiVersionsHandler({
  apis: () => [{ apiKey: 3, minVersion: 0, maxVersion: 13 }],
  features: () => ({
    supported: new Map([["metadata.version", { lowest: 7, highest: 30 }], [
      "group.version",
      { lowest: 0, highest: 1 },
    ]]),
    finalized: new Map([["metadata.version", 30], ["group.version", 0]]),
    epoch: 12,
  }),
});
const software = { clientSoftwareName: "kafka-js", clientSoftwareVersion: "2.2.4" };

Deno.test("the APIs and the features are told", () => {
  const answer = call(handler, 4, software);
  if (typeof answer === "string") throw new Error(answer);
  assertEquals(answer.apiKeys, [{ apiKey: 3, minVersion: 0, maxVersion: 13 }]);
  assertEquals(answer.supportedFeatures.map(({ name }) => name), [
    "metadata.version",
    "group.version",
  ]);
  assertEquals(answer.finalizedFeatures, [
    { name: "metadata.version", minVersionLevel: 30, maxVersionLevel: 30 },
  ]);
  assertEquals(answer.finalizedFeaturesEpoch, 12);
});

Deno.test("a client that takes a lowest level of 0 for a fault is not told of such features", () => {
  const answer = call(handler, 3, software);
  if (typeof answer === "string") throw new Error(answer);
  assertEquals(answer.supportedFeatures.map(({ name }) => name), ["metadata.version"]);
});

Deno.test("a client whose name or version is none is refused, an older one need not say", () => {
  for (const name of ["", "-x", "a b", "x/"]) {
    const answer = call(handler, 3, { ...software, clientSoftwareName: name });
    if (typeof answer === "string") throw new Error(answer);
    assertEquals([answer.errorCode, answer.apiKeys], [errorCode("INVALID_REQUEST"), []]);
  }
  const answer = call(handler, 2, {});
  if (typeof answer === "string") throw new Error(answer);
  assertEquals(answer.errorCode, 0);
});
