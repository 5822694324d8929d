import { assert, assertEquals } from "@std/assert";
import {
  announcedApis,
  announcedVersions,
  apiByKey,
  apiName,
  apisOf,
  isVersionSupported,
  requestHeaderVersion,
  responseHeaderVersion,
  supportedVersions,
} from "../../../client/protocol/api_keys.ts";

/** What a broker of Apache Kafka 4.3.1 answered to ApiVersions. */
const BROKER = `0:0-13 1:4-18 2:1-11 3:0-13 8:2-10 9:1-10 10:0-6 11:0-9 12:0-4 13:0-5 14:0-5 15:0-6
16:0-5 17:0-1 18:0-4 19:2-7 20:1-6 21:0-2 22:0-5 23:2-4 24:0-5 25:0-4 26:0-5 27:1-2 28:0-5 29:1-3
30:1-3 31:1-3 32:1-4 33:0-2 34:1-2 35:1-5 36:0-2 37:0-3 38:1-3 39:1-2 40:1-2 41:1-3 42:0-2 43:0-2
44:0-1 45:0-1 46:0-0 47:0-0 48:0-1 49:0-1 50:0-0 51:0-0 55:0-2 57:0-2 60:0-2 61:0-0 64:0-0 65:0-0
66:0-2 68:0-1 69:0-1 74:0-1 75:0-0 76:1-1 77:1-1 78:1-2 79:1-2 80:0-1 81:0-0 83:0-0 84:0-0 85:0-1
86:0-0 87:0-1 88:0-0 89:0-0 90:0-1 91:0-0 92:0-0`.split(/\s/);

Deno.test("a broker announces the ranges of Apache Kafka", () => {
  const ranges = announcedApis("broker").map(({ apiKey, minVersion, maxVersion }) =>
    `${apiKey}:${minVersion}-${maxVersion}`
  );
  assertEquals(ranges, BROKER);
});

Deno.test("the telemetry of clients is announced where something receives it", () => {
  const with_ = announcedApis("broker", { hasTelemetry: true }).map(({ apiKey }) => apiKey);
  const without = announcedApis("broker").map(({ apiKey }) => apiKey);
  assertEquals(with_.filter((key) => !without.includes(key)), [71, 72]);
});

Deno.test("a controller has the APIs of the quorum and of brokers, and none for records", () => {
  const keys = new Set(apisOf("controller").map((api) => api.key));
  for (const key of [1, 18, 52, 53, 54, 55, 56, 58, 59, 62, 63, 67, 70, 73, 82]) {
    assert(keys.has(key));
  }
  for (const key of [0, 2, 3, 8, 11, 22]) assert(!keys.has(key));
});

Deno.test("Produce is announced from 0 on for old librdkafka, but is there from 3 on", () => {
  const produce = apiByKey(0)!;
  assertEquals(announcedVersions(produce), { apiKey: 0, minVersion: 0, maxVersion: 13 });
  assertEquals(supportedVersions(produce), { lowest: 3, highest: 13 });
  assertEquals([2, 3, 13, 14, -1].map((version) => isVersionSupported(produce, version)), [
    ...[false, true, true, false, false],
  ]);
});

Deno.test("a version that may still change is not announced", () => {
  const initProducerId = apiByKey(22)!;
  assertEquals(initProducerId.request.schema.validVersions.highest, 6);
  assertEquals(supportedVersions(initProducerId).highest, 5);
});

Deno.test("APIs have names, unknown ones a number", () => {
  assertEquals([apiName(12), apiName(7), apiName(-1)], ["Heartbeat", "UNKNOWN(7)", "UNKNOWN(-1)"]);
  assertEquals(apiByKey(7), undefined);
});

Deno.test("headers have tagged fields where messages have", () => {
  const fetch = apiByKey(1)!;
  assertEquals([requestHeaderVersion(fetch, 11), requestHeaderVersion(fetch, 12)], [1, 2]);
  assertEquals([responseHeaderVersion(fetch, 11), responseHeaderVersion(fetch, 12)], [0, 1]);
});

Deno.test("the response of ApiVersions has the oldest header in every version", () => {
  const apiVersions = apiByKey(18)!;
  for (const version of [0, 1, 2, 3, 4]) {
    assertEquals(responseHeaderVersion(apiVersions, version), 0);
  }
  assertEquals([requestHeaderVersion(apiVersions, 2), requestHeaderVersion(apiVersions, 3)], [
    1,
    2,
  ]);
});

Deno.test("a request of a version from the future has the header of the last ones", () => {
  assertEquals(requestHeaderVersion(apiByKey(18)!, 99), 2);
  assertEquals(requestHeaderVersion(apiByKey(17)!, 99), 1);
});
