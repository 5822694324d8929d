import { assertEquals, assertRejects } from "@std/assert";
import { quotaEntityText } from "../../../client/admin/client_quotas.ts";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { alterClientQuotas } from "../../../client/protocol/messages/alter_client_quotas.ts";
import { describeClientQuotas } from "../../../client/protocol/messages/describe_client_quotas.ts";
import { scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

Deno.test("quotas are described, of a name, of the default and of any", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.inTurn(
    describeClientQuotas,
    () => ({
      errorMessage: null,
      entries: [{
        entity: [{ entityType: "user", entityName: null }],
        values: [{ key: "producer_byte_rate", value: 0.5 }],
      }],
    }),
    () => ({ errorCode: errorCode("INVALID_REQUEST"), errorMessage: "odd", entries: null }),
  );
  await using admin = scriptedAdmin(nodes);
  const found = await admin.describeClientQuotas({
    components: [
      { entityType: "user", match: null },
      { entityType: "client-id", match: "c" },
      { entityType: "ip" },
    ],
    strict: true,
  });
  assertEquals(found, [{
    entity: new Map([["user", null]]),
    quotas: new Map([["producer_byte_rate", 0.5]]),
  }]);
  const [{ request } = { request: undefined }] = nodes.of(describeClientQuotas);
  assertEquals(request, {
    components: [
      { entityType: "user", matchType: 1, match: null },
      { entityType: "client-id", matchType: 0, match: "c" },
      { entityType: "ip", matchType: 2, match: null },
    ],
    strict: true,
  });
  await assertRejects(() => admin.describeClientQuotas({ components: [] }), KafkaError, "odd");
});

Deno.test("quotas are changed, each entity with its own error", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.on(alterClientQuotas, ({ entries }) => ({
    entries: entries.slice(0, 2).map(({ entity }, i) => ({
      errorCode: i === 1 ? errorCode("INVALID_REQUEST") : 0,
      errorMessage: i === 1 ? "odd" : null,
      entity: entity.toReversed(),
    })),
  }));
  await using admin = scriptedAdmin(nodes);
  const entity = (user: string) => new Map([["user", user], ["client-id", null]]);
  const results = await admin.alterClientQuotas([
    {
      entity: entity("a"),
      operations: [{ key: "x", value: 2.5 }, { key: "y", value: null }],
    },
    { entity: entity("b"), operations: [] },
    { entity: entity("c"), operations: [] },
  ], { validateOnly: true });
  assertEquals(results.error(entity("a")), undefined);
  assertEquals(results.error(entity("b"))?.message, "odd");
  assertEquals(
    results.error(entity("c"))?.message.endsWith(quotaEntityText(entity("c"))),
    true,
  );
  const [{ request } = { request: undefined }] = nodes.of(alterClientQuotas);
  assertEquals([request?.validateOnly, request?.entries[0]?.ops], [true, [
    { key: "x", value: 2.5, remove: false },
    { key: "y", value: 0, remove: true },
  ]]);
  assertEquals(
    quotaEntityText(entity("a")),
    "ClientQuotaEntity(entries={client-id=null, user=a})",
  );
});
