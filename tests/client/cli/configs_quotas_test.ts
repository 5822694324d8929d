import { assertEquals, assertThrows } from "@std/assert";
import { checkQuotaNames } from "../../../client/cli/configs_quotas.ts";
import { JavaException } from "../../../client/cli/java_exception.ts";
import { alterQuotas, describedQuotas, isClientQuota } from "../../../client/cli/configs_quotas.ts";
import type { Admin } from "../../../client/cli/admin_session.ts";
import { configsCall } from "../../../client/cli/configs_entities.ts";
import type {
  ClientQuotaAlteration,
  ClientQuotaFilter,
} from "../../../client/admin/client_quotas.ts";

/** Quotas of one entity, kept as a broker does. */
function quotaAdmin() {
  const quotas = new Map<string, number>();
  const asked: (ClientQuotaFilter | readonly ClientQuotaAlteration[])[] = [];
  const admin = {
    describeClientQuotas(filter: ClientQuotaFilter) {
      asked.push(filter);
      const entity = new Map([["client-id", "app"], ["user", null]]);
      return Promise.resolve(quotas.size === 0 ? [] : [{ entity, quotas }]);
    },
    alterClientQuotas(alterations: readonly ClientQuotaAlteration[]) {
      asked.push(alterations);
      for (const { key, value } of alterations[0]!.operations) {
        if (value === null) quotas.delete(key);
        else quotas.set(key, value);
      }
      return Promise.resolve({ all: () => [] });
    },
  };
  return { admin: admin as unknown as Admin, asked };
}

Deno.test("quotas are set, shown and taken away", async () => {
  const { admin, asked } = quotaAdmin();
  const [types, names] = [["users", "clients"], ["", "app"]];
  await alterQuotas(admin, types, names, new Map([["producer_byte_rate", "1024"]]), []);
  assertEquals(asked, [
    {
      components: [{ entityType: "user", match: null }, { entityType: "client-id", match: "app" }],
      strict: true,
    },
    [{
      entity: new Map([["user", null], ["client-id", "app"]]),
      operations: [{ key: "producer_byte_rate", value: 1024 }],
    }],
  ]);
  const describe = ["--bootstrap-server", "a:1", "--describe", "--entity-type", "clients"];
  const described = await describedQuotas(admin, configsCall(describe));
  assertEquals(described, [{
    text:
      "Quota configs for the default user-principal, client-id 'app' are producer_byte_rate=1024.0",
    json: { entity: { "client-id": "app", user: null }, quotas: { producer_byte_rate: 1024 } },
  }]);
  assertEquals(["producer_byte_rate", "SCRAM-SHA-256"].map(isClientQuota), [true, false]);
  await alterQuotas(admin, types, names, new Map(), ["producer_byte_rate"]);
  assertEquals((await admin.describeClientQuotas({ components: [], strict: true })).length, 0);
});

Deno.test("names that are no quotas of the entities are refused", () => {
  checkQuotaNames(["clients"], ["producer_byte_rate"], ["request_percentage"]);
  checkQuotaNames(["ips"], ["connection_creation_rate"], []);
  const refused = (act: () => void, message: string) => assertThrows(act, JavaException, message);
  refused(() => checkQuotaNames(["ips"], ["x"], []), "Only connection quota configs");
  refused(() => checkQuotaNames(["clients"], ["x"], []), "can be added for 'clients'");
  refused(() => checkQuotaNames(["users"], ["nothing", "other"], []), "Set(other, nothing)");
  checkQuotaNames(["users"], ["SCRAM-SHA-256"], ["SCRAM-SHA-512"]);
  refused(() => checkQuotaNames(["clients"], ["SCRAM-SHA-256"], []), "Set(SCRAM-SHA-256)");
  refused(
    () => checkQuotaNames(["users"], [], ["x", "y"]),
    "Unexpected config names: ArrayBuffer(x, y)",
  );
});
