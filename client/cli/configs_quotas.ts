/**
 * Quotas of users, clients and addresses, for `seglog configs`.
 *
 * @module
 */

import { hashMapOrder } from "../../storage/cli/java_text.ts";
import { scramMechanism } from "../metadata/scram_mechanism.ts";
import { doubleText } from "../serde/java_number_text.ts";
import type { ClientQuotaEntity, ClientQuotaFilterComponent } from "../admin/client_quotas.ts";
import type { Admin } from "./admin_session.ts";
import type { ConfigsCall } from "./configs_entities.ts";
import { CLIENTS_CONFIGS, IPS_CONFIGS } from "./configs_names.ts";
import { illegalArgument, JavaException } from "./java_exception.ts";

/** The protocol's names of the types of entities. */
const QUOTA_TYPES: Readonly<Record<string, string>> = {
  users: "user",
  clients: "client-id",
  ips: "ip",
};

/** How entities are called in what is printed, in this order. */
const TYPE_TEXTS: readonly (readonly [type: string, text: string])[] = [
  ["user", "user-principal"],
  ["client-id", "client-id"],
  ["ip", "ip"],
];

const lines = (text: string) => new Set(text.trim().split("\n"));
const CLIENT_QUOTAS = lines(CLIENTS_CONFIGS);
const IP_QUOTAS = lines(IPS_CONFIGS);

/** Whether a config is a quota of users and clients. */
export function isClientQuota(name: string): boolean {
  return CLIENT_QUOTAS.has(name);
}

/** Names in the order of Java's hash maps: that is where Kafka has those that were added. */
function hashed(names: readonly string[]): string[] {
  return hashMapOrder(new Map(names.map((name) => [name, name]))).map(([name]) => name);
}

/**
 * Checks the names of quotas.
 *
 * @throws {JavaException} for what is no quota of the entities
 */
export function checkQuotaNames(
  types: readonly string[],
  added: readonly string[],
  deleted: readonly string[],
): void {
  if (types[0] === "ips") {
    const unknown = [...added, ...deleted].filter((name) => !IP_QUOTAS.has(name));
    if (unknown.length === 0) return;
    throw illegalArgument(
      "Only connection quota configs can be added for 'ips' using --bootstrap-server. " +
        `Unexpected config names: ${unknown.join(",")}`,
    );
  }
  const isOfClients = types[0] === "clients" || types.length === 2;
  const isKnown = (name: string) =>
    CLIENT_QUOTAS.has(name) || (!isOfClients && scramMechanism(name) !== undefined);
  const [kind, type] = isOfClients ? ["quota", "clients"] : ["quota and SCRAM credential", "users"];
  // The collections are called as Scala calls them.
  const both = [[hashed(added), "added", "Set"], [deleted, "deleted", "ArrayBuffer"]] as const;
  for (const [names, verb, collection] of both) {
    const unknown = names.filter((name) => !isKnown(name));
    if (unknown.length === 0) continue;
    throw illegalArgument(
      `Only ${kind} configs can be ${verb} for '${type}' using --bootstrap-server. ` +
        `Unexpected config names: ${collection}(${unknown.join(", ")})`,
    );
  }
}

function components(
  types: readonly string[],
  names: readonly string[],
): ClientQuotaFilterComponent[] {
  if (names.length > types.length) {
    throw illegalArgument("More entity names specified than entity types");
  }
  return types.map((type, i): ClientQuotaFilterComponent => {
    const entityType = QUOTA_TYPES[type]!;
    const name = names[i];
    if (name === undefined) return { entityType };
    return { entityType, match: name === "" ? null : name };
  });
}

/** Changes quotas of an entity. */
export async function alterQuotas(
  admin: Admin,
  types: readonly string[],
  names: readonly string[],
  added: ReadonlyMap<string, string>,
  deleted: readonly string[],
): Promise<void> {
  if (types.length !== names.length) {
    throw illegalArgument("Exactly one entity name must be specified for every entity type");
  }
  const [before] = await admin.describeClientQuotas({
    components: components(types, names),
    strict: true,
  });
  const unknown = deleted.filter((name) => before?.quotas.has(name) !== true);
  if (unknown.length > 0) {
    throw new JavaException(
      "org.apache.kafka.common.errors.InvalidConfigurationException",
      `Invalid config(s): ${unknown.join(",")}`,
    );
  }
  const entity: ClientQuotaEntity = new Map(
    types.map((type, i) => [QUOTA_TYPES[type]!, names[i] === "" ? null : names[i]!]),
  );
  const operations = [...added].map(([key, text]) => {
    const value = text.trim() === "" ? NaN : Number(text.replace(/[dDfF]$/, ""));
    if (!Number.isNaN(value)) return { key, value };
    throw illegalArgument(`Cannot parse quota configuration value for ${key}: ${text}`);
  });
  const removals = deleted.map((key) => ({ key, value: null }));
  const changes = [{ entity, operations: [...operations, ...removals] }];
  (await admin.alterClientQuotas(changes)).all();
}

/** An entity as it is printed. */
export interface DescribedEntity {
  /** As Kafka's tool prints it. */
  readonly text: string;
  /** For `--json`. */
  readonly json: unknown;
}

/** The quotas of entities. */
export async function describedQuotas(
  admin: Admin,
  { types, names }: ConfigsCall,
): Promise<DescribedEntity[]> {
  const found = await admin.describeClientQuotas({
    components: components(types, names),
    strict: true,
  });
  return found.map(({ entity, quotas }) => {
    const texts = TYPE_TEXTS.filter(([type]) => entity.has(type)).map(([type, text]) => {
      const name = entity.get(type);
      return name === null ? `the default ${text}` : `${text} '${name}'`;
    });
    const values = [...quotas].map(([key, value]) => `${key}=${doubleText(value)}`);
    return {
      text: `Quota configs for ${texts.join(", ")} are ${values.join(", ")}`,
      json: { entity: Object.fromEntries(entity), quotas: Object.fromEntries(quotas) },
    };
  });
}
