import { assertEquals } from "@std/assert";
import {
  announcedApis,
  requestHeaderVersion,
  responseHeaderVersion,
} from "../../client/protocol/api_keys.ts";
import { APIS } from "../../client/protocol/apis.ts";
import { ERRORS } from "../../client/protocol/error_codes.ts";
import { versionsOf } from "../support/random_messages.ts";
import { java } from "./kafka/apache_kafka.ts";

Deno.test("errors, announced versions and headers are those of Apache Kafka", async () => {
  const ours = [
    ...ERRORS.map((
      { name, code, retriable, message },
    ) => ["error", name, code, retriable, message]),
    ...(["broker", "controller"] as const).flatMap((listener) =>
      announcedApis(listener, { hasTelemetry: true }).map(({ apiKey, minVersion, maxVersion }) => [
        ...["announced", listener, apiKey, minVersion, maxVersion],
      ])
    ),
    ...APIS.flatMap((api) =>
      versionsOf(api.request.schema).map((version) => [
        ...["header", api.name, api.key, version],
        ...[requestHeaderVersion(api, version), responseHeaderVersion(api, version)],
      ])
    ),
  ].map((words) => words.join("\t"));
  assertEquals((await java("ProtocolTables")).sort(), ours.sort());
});
