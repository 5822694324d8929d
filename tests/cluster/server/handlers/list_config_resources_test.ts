import { assertEquals } from "@std/assert";
import { errorCode } from "../../../../client/protocol/error_codes.ts";
import type { ListConfigResourcesResponse } from "../../../../client/protocol/messages/list_config_resources.ts";
import { listConfigResourcesHandler } from "../../../../cluster/server/handlers/list_config_resources.ts";
import { call } from "../../../support/handler_call.ts";
import { imageOf } from "../../../support/metadata_image.ts";

const image = imageOf({
  brokers: [{ brokerId: 1 }, { brokerId: 2, fenced: true }],
  topics: { t: [{}] },
  configs: [
    { type: 16, name: "metrics", values: { "interval.ms": "1000" } },
    { type: 32, name: "group", values: { "consumer.session.timeout.ms": "1000" } },
    { type: 2, name: "t", values: { "retention.ms": "1" } },
    { type: 4, name: "", values: { "log.cleaner.threads": "2" } },
  ],
});

function ask(version: number, resourceTypes: readonly number[] = []): ListConfigResourcesResponse {
  return call(listConfigResourcesHandler({ image: () => image }), version, {
    resourceTypes,
  }) as ListConfigResourcesResponse;
}

const told = ({ configResources }: ListConfigResourcesResponse) =>
  configResources.map(({ resourceType, resourceName }) => `${resourceType} ${resourceName}`);

Deno.test("version 0 lists the subscriptions of client metrics", () => {
  assertEquals(told(ask(0)), ["16 metrics"]);
});

Deno.test("version 1 lists all that has, or may have, configs", () => {
  assertEquals(told(ask(1)), ["32 group", "16 metrics", "8 1", "8 2", "4 1", "4 2", "2 t"]);
});

Deno.test("only the types that are asked for are listed", () => {
  assertEquals(told(ask(1, [2, 32])), ["32 group", "2 t"]);
});

Deno.test("a type that there is not is an error", () => {
  const answer = ask(1, [2, 3]);
  assertEquals(answer.errorCode, errorCode("UNSUPPORTED_VERSION"));
  assertEquals(answer.configResources, []);
});
