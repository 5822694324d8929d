import { assertEquals, assertRejects } from "@std/assert";
import { handshake } from "../../../client/network/api_versions_handshake.ts";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { encodeResponse } from "../../../client/protocol/framing.ts";
import {
  apiVersions,
  type ApiVersionsResponse,
} from "../../../client/protocol/messages/api_versions.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";

/** A broker whose newest version of ApiVersions is `highest`. Notes the versions it is asked in. */
function broker(highest: number, refusal: Draft<ApiVersionsResponse>["apiKeys"], asked: number[]) {
  return (_api: unknown, _draft: unknown, version: number) => {
    asked.push(version);
    const frame = version > highest
      ? encodeResponse(apiVersions, 0, 0, {
        errorCode: errorCode("UNSUPPORTED_VERSION"),
        ...(refusal === undefined ? {} : { apiKeys: refusal }),
      })
      : encodeResponse(apiVersions, version, 0, {
        apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: highest }],
      });
    return Promise.resolve({ frame: frame.subarray(4) });
  };
}

Deno.test("the newest version is asked for first, and told versions are known afterwards", async () => {
  const asked: number[] = [];
  const { versions } = await handshake(broker(4, undefined, asked));
  assertEquals([asked, versions.get(18)], [[4], { lowest: 0, highest: 4 }]);
});

Deno.test("an older broker is asked again in a version that it has", async () => {
  const asked: number[] = [];
  const refusal = [{ apiKey: 18, minVersion: 0, maxVersion: 2 }];
  const { versions } = await handshake(broker(2, refusal, asked));
  assertEquals([asked, versions.get(18)], [[4, 2], { lowest: 0, highest: 2 }]);
});

Deno.test("a broker that does not say what it has is asked in version 0", async () => {
  const asked: number[] = [];
  await handshake(broker(0, undefined, asked));
  assertEquals(asked, [4, 0]);
});

Deno.test("an error of the broker is told, and it is not asked for ever", async () => {
  const asked: number[] = [];
  const error = await assertRejects(
    () => handshake(broker(-1, [{ apiKey: 18, minVersion: 0, maxVersion: 9 }], asked)),
    KafkaError,
  );
  assertEquals([error.code, asked], ["UNSUPPORTED_VERSION", [4, 3, 2, 1, 0]]);
});

Deno.test("features of the cluster are told with the epoch of their last change", async () => {
  const { features } = await handshake((_api, _draft, version) => {
    const frame = encodeResponse(apiVersions, version, 0, {
      finalizedFeaturesEpoch: 7,
      finalizedFeatures: [
        { name: "transaction.version", maxVersionLevel: 2, minVersionLevel: 0 },
      ],
    });
    return Promise.resolve({ frame: frame.subarray(4) });
  });
  assertEquals([features.epoch, features.levels.get("transaction.version")], [7, 2]);
});
