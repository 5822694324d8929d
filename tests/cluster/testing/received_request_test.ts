import { assert, assertEquals, assertThrows } from "@std/assert";
import { receivedRequest, requestPredicate } from "../../../cluster/testing/received_request.ts";
import { requestContext } from "../../support/replicas.ts";

function received(clientId = "shop", topics: readonly string[] = ["orders"]) {
  return receivedRequest({ acks: -1 }, { ...requestContext(9, clientId), apiKey: 0 }, () => topics);
}

Deno.test("a request tells its API, its client and its topics", () => {
  const request = received();
  assertEquals([request.api, request.apiKey, request.apiVersion], ["Produce", 0, 9]);
  assertEquals([request.clientId, request.topics], ["shop", ["orders"]]);
  assertEquals(request.request, { acks: -1 });
});

Deno.test("topics are looked for once, when somebody asks", () => {
  let looked = 0;
  const request = receivedRequest({}, requestContext(9), () => {
    looked++;
    return [];
  });
  assertEquals(looked, 0);
  assertEquals([request.topics, request.topics, looked], [[], [], 1]);
});

Deno.test("a filter matches by everything that it says", () => {
  const matches = (filter: Parameters<typeof requestPredicate>[0]) =>
    requestPredicate(filter)(received());
  assert(matches({}));
  assert(matches({ api: "Produce", topic: "orders", clientId: "shop" }));
  assert(matches({ api: 0 }));
  assert(matches({ where: ({ apiVersion }) => apiVersion === 9 }));
  assert(matches(({ api }) => api === "Produce"));
  assertEquals(matches({ api: "Fetch" }), false);
  assertEquals(matches({ topic: "invoices" }), false);
  assertEquals(matches({ clientId: "billing" }), false);
  assertEquals(matches({ topic: "orders", where: () => false }), false);
});

Deno.test("an API that there is not is refused when it is named", () => {
  assertThrows(() => requestPredicate({ api: "Produze" }), RangeError, "Unknown API: Produze");
  assertThrows(() => requestPredicate({ api: 999 }), RangeError, "Unknown API: 999");
});
