/**
 * Quotas of clients.
 *
 * @module
 */

import { alterClientQuotas as alterClientQuotasApi } from "../protocol/messages/alter_client_quotas.ts";
import {
  describeClientQuotas as describeClientQuotasApi,
} from "../protocol/messages/describe_client_quotas.ts";
import { sendCall, sendCallOnce } from "./admin_call.ts";
import type { AdminContext } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import type { AdminResults } from "./admin_results.ts";
import { apiError, apiOutcome, unexpectedAnswer } from "./api_error.ts";
import { KeyMap } from "./key_map.ts";
import { outcomesOf } from "./outcome_call.ts";

/** Whom a quota is for: names by type (`user`, `client-id`, `ip`); `null` for the default of a type. */
export type ClientQuotaEntity = ReadonlyMap<string, string | null>;

/** A part of a filter. */
export interface ClientQuotaFilterComponent {
  /** Type of the entity. */
  readonly entityType: string;
  /** Its name, `null` for the default of the type. Default: any that has one. */
  readonly match?: string | null;
}

/** Which quotas are described. */
export interface ClientQuotaFilter {
  /** The parts, all of which an entity must have. */
  readonly components: readonly ClientQuotaFilterComponent[];
  /** Whether an entity may have no other types. Default: false. */
  readonly strict?: boolean;
}

/** The quotas of an entity. */
export interface ClientQuotas {
  /** The entity. */
  readonly entity: ClientQuotaEntity;
  /** The quotas, by name. */
  readonly quotas: ReadonlyMap<string, number>;
}

/** A change of quotas of an entity. */
export interface ClientQuotaAlteration {
  /** The entity. */
  readonly entity: ClientQuotaEntity;
  /** What is changed. */
  readonly operations: readonly {
    /** Name of the quota. */
    readonly key: string;
    /** What it is set to; `null` takes it away. */
    readonly value: number | null;
  }[];
}

/** Options of {@linkcode alterClientQuotas}. */
export interface AlterClientQuotasOptions extends CallOptions {
  /** Whether it is only checked if it could be done. Default: false. */
  readonly validateOnly?: boolean;
}

const EXACT = 0;
const DEFAULT = 1;
const SPECIFIED = 2;

/** Tells entities apart. The text is Java's. */
export function quotaEntityText(entity: ClientQuotaEntity): string {
  const entries = [...entity].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `ClientQuotaEntity(entries={${
    entries.map(([type, name]) => `${type}=${name}`).join(", ")
  }})`;
}

/**
 * The quotas that a filter lets through.
 *
 * @throws {KafkaError} what the broker says
 */
export async function describeClientQuotas(
  context: AdminContext,
  { components, strict = false }: ClientQuotaFilter,
  options: CallOptions = {},
): Promise<readonly ClientQuotas[]> {
  return await context.run(options, (time) =>
    sendCallOnce(context, time, {
      name: "describeClientQuotas",
      destination: { to: "any" },
      api: describeClientQuotasApi,
      draft: () => ({
        components: components.map(({ entityType, match }) => ({
          entityType,
          matchType: match === undefined ? SPECIFIED : match === null ? DEFAULT : EXACT,
          match: match ?? null,
        })),
        strict,
      }),
    }, ({ errorCode, errorMessage, entries }) =>
      apiOutcome(errorCode, errorMessage, () =>
        (entries ?? []).map(({ entity, values }) => ({
          entity: entityOf(entity),
          quotas: new Map(values.map(({ key, value }) => [key, value])),
        })))));
}

/** Changes quotas. */
export async function alterClientQuotas(
  context: AdminContext,
  entries: Iterable<ClientQuotaAlteration>,
  options: AlterClientQuotasOptions = {},
): Promise<AdminResults<ClientQuotaEntity, void>> {
  const alterations = new KeyMap(
    quotaEntityText,
    Array.from(entries, ({ entity, operations }) => [entity, operations] as const),
  );
  return await outcomesOf<ClientQuotaEntity, void>(
    context,
    quotaEntityText,
    alterations.keys(),
    options,
    (time, outcomes) =>
      sendCall(context, time, {
        name: "alterClientQuotas",
        destination: { to: "any" },
        api: alterClientQuotasApi,
        draft: () => ({
          entries: Array.from(alterations, ([entity, operations]) => ({
            entity: Array.from(entity, ([entityType, entityName]) => ({ entityType, entityName })),
            ops: operations.map(({ key, value }) => (
              { key, value: value ?? 0, remove: value === null }
            )),
          })),
          validateOnly: options.validateOnly ?? false,
        }),
      }, ({ entries }) => {
        for (const { errorCode, errorMessage, entity } of entries) {
          const error = apiError(errorCode, errorMessage);
          if (error === undefined) outcomes.complete(entityOf(entity), undefined);
          else outcomes.fail(entityOf(entity), error);
        }
        outcomes.failRest((entity) =>
          unexpectedAnswer(`The response did not contain a result for ${quotaEntityText(entity)}`)
        );
      }),
  );
}

function entityOf(
  told: readonly { readonly entityType: string; readonly entityName: string | null }[],
): ClientQuotaEntity {
  return new Map(told.map(({ entityType, entityName }) => [entityType, entityName]));
}
